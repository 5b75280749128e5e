import type { Child } from 'hono/jsx';
import { raw } from 'hono/html';

/** The pages hold no script and load nothing, so nothing else is allowed to run in them. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --accent: #0b6bcb; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 0; }
p { margin: .25rem 0; } .soft { opacity: .75; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; margin: .75rem 0; }
header.row { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
.status { padding: 0 .5rem; border-radius: 1rem; background: var(--soft); font-size: .85rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
a { color: var(--accent); } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0; }
input, button { font: inherit; padding: .5rem .75rem; min-height: 2.75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
`;

interface PageProps {
  title: string;
  children?: Child;
}

/** The frame of every sandbox page: readable on a phone, no assets, no script. */
export function Page({ title, children }: PageProps) {
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title}</title>
          <style>{raw(STYLE)}</style>
        </head>
        <body>
          <main>{children}</main>
        </body>
      </html>
    </>
  );
}
