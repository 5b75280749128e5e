import type { CallSpec, Template } from '../../wiring/spec.ts';

/** What the names in a template stand for; one without a value is undefined. */
export type Names = Readonly<Record<string, string | number | undefined>>;

export type Rendered = { ok: true; text: string } | { ok: false; error: string };

/** A URL drops such a segment, or the one before it: a value must never make one. */
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;

/** Path and query of a call, every value percent-encoded. */
export function renderTarget(
  { path, query }: Pick<CallSpec, 'path' | 'query'>,
  names: Names,
): Rendered {
  const above = renderPath(path, names);
  if (!above.ok) return above;
  const parameters: string[] = [];
  for (const [name, template] of query) {
    const value = render(template, names);
    if (value === null) continue;
    if (!value.ok) return value;
    parameters.push(`${encodeURIComponent(name)}=${value.text}`);
  }
  return { ok: true, text: withQuery(above.text, parameters.join('&')) };
}

/** A path in which every name has a value that stays within its segment. */
export function renderPath(template: Template, names: Names): Rendered {
  for (const part of template) {
    if (typeof part === 'string') continue;
    const value = names[part.name];
    if (value === undefined || value === '') {
      return { ok: false, error: `{${part.name}} of its path has no value here` };
    }
  }
  const path = render(template, names) ?? { ok: true, text: '' };
  if (!path.ok) return path;
  const [above = ''] = path.text.split('?');
  if (above.split('/').some((segment) => DOT_SEGMENT.test(segment))) {
    return { ok: false, error: 'a value of its path is . or .., which leads to another address' };
  }
  return path;
}

export function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** Null when a name of the template has no value. */
function render(template: Template, names: Names): Rendered | null {
  let text = '';
  for (const part of template) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = names[part.name];
    if (value === undefined) return null;
    const filtered = filter(part, value);
    const encoded = filtered === null ? null : encode(filtered);
    if (encoded === null) {
      return { ok: false, error: `{${part.name}} has a value that cannot stand in an address` };
    }
    text += encoded;
  }
  return { ok: true, text };
}

/** Null when the value is no instant, and one is wanted. */
function filter(part: Exclude<Template[number], string>, value: string | number): string | null {
  if (part.filter === null) return String(value);
  const at = typeof value === 'number' ? value : Date.parse(value);
  if (!Number.isFinite(at)) return null;
  return String(part.filter === 'epoch_s' ? Math.floor(at / 1000) : at);
}

/** Null for half of a character, which no address can hold. */
function encode(text: string): string | null {
  try {
    return encodeURIComponent(text);
  } catch {
    return null;
  }
}
