import { pino } from 'pino';
import { createActionPage } from '../../src/action-page/create-action-page.tsx';
import { loadActionPageSettings } from '../../src/config/action-page.ts';
import { actionLink } from '../../src/http/action-link.ts';
import { API_KEY, openApiStage, type ApiStage } from './api-stage.ts';

export const LINK_SECRET = 'secret-of-links-0123';

export interface PageStage extends ApiStage {
  page: ReturnType<typeof createActionPage>;
  /** Path and query of the link to an action. */
  link(actionId: string): string;
  open(path: string, headers?: Record<string, string>): Promise<Sheet>;
  send(path: string, form: URLSearchParams, headers?: Record<string, string>): Promise<Sheet>;
  /** The cookie of a browser whose person gave the API key. */
  signIn(): Promise<string>;
}

/** What a browser got. */
export interface Sheet {
  status: number;
  headers: Headers;
  html: string;
  /** What a person reads: the text without its markup, white space made one. */
  text: string;
}

/** The pages over the stage of the API: real files, and a stand-in for the order's workflow. */
export function openPageStage(env: Record<string, string> = {}): PageStage {
  const stage = openApiStage();
  const settings = loadActionPageSettings({ CROSSDOCK_LINK_SECRET: LINK_SECRET, ...env });
  const page = createActionPage({
    books: stage.reader,
    operations: stage.operations,
    apiKey: API_KEY,
    settings,
    timeZone: 'UTC',
    log: pino({ level: 'silent' }),
    now: () => stage.clock.now,
  });
  const fetched = async (path: string, init: RequestInit): Promise<Sheet> => {
    const answer = await page.request(path, init);
    const html = await answer.text();
    return { status: answer.status, headers: answer.headers, html, text: textOf(html) };
  };
  const send: PageStage['send'] = (path, form, headers = {}) => {
    const type = 'application/x-www-form-urlencoded';
    const init = { method: 'POST', body: form.toString() };
    return fetched(path, { ...init, headers: { 'content-type': type, ...headers } });
  };
  return {
    ...stage,
    page,
    link: (actionId) => {
      const url = new URL(actionLink('http://here', settings.links.secret, actionId));
      return url.pathname + url.search;
    },
    open: (path, headers = {}) => fetched(path, { headers }),
    send,
    async signIn() {
      const { headers } = await send(
        '/actions/-/sign-in',
        new URLSearchParams({ api_key: API_KEY }),
      );
      return (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    },
  };
}

function textOf(html: string): string {
  return html
    .replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');
}

/** The fields of a page's form as a browser would send them untouched. */
export function fieldsOf({ html }: Sheet): URLSearchParams {
  const form = new URLSearchParams();
  for (const [tag] of html.matchAll(/<input [^>]*>/g)) {
    const attribute = (name: string): string | undefined =>
      new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
    const type = attribute('type') ?? 'text';
    const name = attribute('name');
    if (name === undefined) continue;
    if ((type === 'checkbox' || type === 'radio') && !/\schecked/.test(tag)) continue;
    form.append(name, attribute('value') ?? '');
  }
  return form;
}
