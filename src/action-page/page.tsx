import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { STYLE } from './style.ts';

/** Something that a person has to read before anything else. */
export interface Notice {
  tone: 'done' | 'soon' | 'late';
  title: string;
  lines: readonly string[];
}

interface PageProps {
  title: string;
  /** Whether the browser was let in by an API key, and so can see the list and leave. */
  signedIn: boolean;
  children?: Child;
}

/** The frame of every page: no script, no assets, readable on a phone. */
export function Page({ title, signedIn, children }: PageProps) {
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{title}</title>
          <style>{raw(STYLE)}</style>
        </head>
        <body>
          <nav aria-label="Crossdock">
            {signedIn ? <a href="/actions">All open questions</a> : <span>Crossdock</span>}
            {signedIn ? (
              <form method="post" action="/actions/-/sign-out">
                <button class="quiet">Sign out</button>
              </form>
            ) : null}
          </nav>
          <main>{children}</main>
        </body>
      </html>
    </>
  );
}

export function NoticeBox({ notice }: { notice: Notice }) {
  return (
    <div class={`notice ${notice.tone}`} role={notice.tone === 'done' ? 'status' : 'alert'}>
      <h2>{notice.title}</h2>
      {notice.lines.map((line) => (
        <p>{line}</p>
      ))}
    </div>
  );
}

/** A page that only says something. */
export function NoticePage({ notice, signedIn }: { notice: Notice; signedIn: boolean }) {
  return (
    <Page title={notice.title} signedIn={signedIn}>
      <NoticeBox notice={notice} />
    </Page>
  );
}
