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
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --accent: #0b5cad; --button: #0b5cad; --bad: #b3261e; --on-bad: #fff; }
@media (prefers-color-scheme: dark) { :root { --accent: #7cb8ff; --bad: #ff8a80; --on-bad: #111; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0; } .soft { opacity: .75; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; margin: .75rem 0; }
header.row { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
.status { padding: 0 .5rem; border-radius: 1rem; background: var(--soft); font-size: .85rem; }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) {
  .lines thead { display: none; } .lines tr { display: grid; grid-template-columns: repeat(5, 1fr); padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .lines td { padding: 0 .25rem 0 0; border: 0; text-align: left; } .lines td.name { grid-column: 1 / -1; overflow-wrap: anywhere; }
  .lines td.n::before { content: attr(data-name); display: block; font-size: .7rem; opacity: .75; }
}
a { color: var(--accent); } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .75rem 0; }
input, button { font: inherit; padding: .5rem .75rem; min-height: 2.75rem; max-width: 100%; border-radius: .375rem; border: 1px solid var(--line); }
input { flex: 1 1 12rem; min-width: 0; max-width: 24rem; }
button, .big { cursor: pointer; } .danger { color: var(--bad); border-color: var(--bad); }
.big { display: block; max-width: 24rem; margin: 1rem 0; padding: .875rem 1rem; border-radius: .5rem; background: var(--button); color: #fff; font-size: 1.15rem; font-weight: 600; text-align: center; text-decoration: none; }
.urgent { background: var(--bad); color: var(--on-bad); opacity: 1; } .urgent-text { color: var(--bad); font-weight: 600; }
details { margin: .75rem 0; } summary { padding: .5rem 0; cursor: pointer; }
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
