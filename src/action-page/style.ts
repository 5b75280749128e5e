import { createHash } from 'node:crypto';

export const STYLE = `
:root { color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #16202c; --soft: #55606e; --line: #d5dae1;
  --accent: #0b57c0; --on-accent: #fff; --pick: #e8f0fd;
  --late: #b3261e; --late-bg: #fdecea; --soon: #7a4b00; --soon-bg: #fff3d6;
  --done: #14633a; --done-bg: #e4f5ea; --calm-bg: #e9edf2; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #10151b; --card: #19212a; --ink: #e8edf3; --soft: #a5b0bd; --line: #34404d;
  --accent: #8ab8ff; --on-accent: #06203f; --pick: #1c2f49;
  --late: #ffb4ab; --late-bg: #4a1512; --soon: #ffd68a; --soon-bg: #42300a;
  --done: #8fdcae; --done-bg: #12371f; --calm-bg: #26303b; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem 1rem 3rem; overflow-wrap: anywhere; }
nav { display: flex; justify-content: space-between; align-items: center; gap: 1rem;
  max-width: 44rem; margin: 0 auto; padding: .75rem 1rem 0; color: var(--soft); font-size: .875rem; }
nav form { margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; text-wrap: balance; }
h2 { font-size: 1.0625rem; margin: 0 0 .5rem; }
p { margin: .5rem 0; }
a { color: var(--accent); }
.soft { color: var(--soft); } .small { font-size: .875rem; }
.lead { font-size: 1.125rem; margin: .5rem 0 1rem; }
.badges { display: flex; flex-wrap: wrap; gap: .5rem; margin: .25rem 0; }
.badge { padding: .125rem .625rem; border-radius: 1rem; font-size: .875rem; font-weight: 600;
  background: var(--calm-bg); color: var(--ink); }
.badge.late { background: var(--late-bg); color: var(--late); }
.badge.soon { background: var(--soon-bg); color: var(--soon); }
.badge.done { background: var(--done-bg); color: var(--done); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1rem; margin: 1rem 0; }
.notice { border-radius: .75rem; padding: .875rem 1rem; margin: 1rem 0; border: 1px solid transparent; }
.notice p { margin: .25rem 0; } .notice h2 { margin: 0; }
.notice.late { background: var(--late-bg); color: var(--late); border-color: var(--late); }
.notice.soon { background: var(--soon-bg); color: var(--soon); border-color: var(--soon); }
.notice.done { background: var(--done-bg); color: var(--done); border-color: var(--done); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-weight: 600; color: var(--soft); font-size: .8125rem; text-align: right; vertical-align: bottom; }
td { text-align: right; } th:first-child, td:first-child { text-align: left; padding-left: 0; }
th, td { padding: .375rem 0 .375rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
td:first-child { overflow-wrap: anywhere; }
tbody tr:last-child td { border-bottom: 0; }
td.missing { font-weight: 700; }
td.missing.some { color: var(--late); }
td i { display: none; font-style: normal; font-weight: 400; font-size: .8125rem; color: var(--soft); }
@media (max-width: 39.99rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: grid; grid-template-columns: repeat(4, 1fr); padding: .5rem 0; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  td { text-align: left; border: 0; padding: .125rem .25rem .125rem 0; font-size: 1.125rem; }
  td:first-child { grid-column: 1 / -1; font-size: 1rem; } td i { display: block; } }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
legend { font-size: 1.0625rem; font-weight: 700; padding: 0; margin-bottom: .5rem; }
.choice { border: 2px solid var(--line); border-radius: .75rem; margin: .5rem 0; background: var(--card); }
.choice > label { display: grid; grid-template-columns: 1.75rem 1fr; gap: 0 .5rem; padding: .875rem;
  cursor: pointer; align-items: start; }
.choice input[type=radio] { width: 1.375rem; height: 1.375rem; margin: .125rem 0 0; accent-color: var(--accent); }
.choice > label b { display: block; } .choice > label span span { color: var(--soft); display: block; }
.choice .more { padding: 0 .875rem .875rem; }
.choice:has(> label input:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
@supports selector(:has(*)) {
  .choice .more { display: none; }
  .choice:has(> label input:checked) { border-color: var(--accent); background: var(--pick); }
  .choice:has(> label input:checked) .more { display: block; } }
.tick { display: flex; align-items: center; gap: .625rem; min-height: 2.75rem; padding: .25rem 0;
  cursor: pointer; border-top: 1px solid var(--line); }
.tick input { width: 1.375rem; height: 1.375rem; flex: none; margin: 0; accent-color: var(--accent); }
.sub { border-top: 1px solid var(--line); padding: .625rem 0; display: grid; gap: .5rem;
  grid-template-columns: 1fr 1fr; align-items: end; }
.sub > :first-child, .sub .wide { grid-column: 1 / -1; }
@media (min-width: 40rem) { .sub { grid-template-columns: 2fr 1fr 1fr; } .sub .wide { grid-column: auto; } }
.field { display: block; margin: .75rem 0; } .sub .field { margin: 0; }
.field > span { display: block; font-weight: 600; font-size: .9375rem; margin-bottom: .25rem; }
.field > span i { font-style: normal; font-weight: 400; color: var(--soft); }
input[type=text], input[type=password], input[type=number], textarea { width: 100%; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--soft); border-radius: .5rem; padding: .625rem .75rem; min-height: 2.75rem; }
textarea { min-height: 4.5rem; resize: vertical; display: block; }
button { font: inherit; font-weight: 600; min-height: 3rem; padding: .625rem 1.25rem; border-radius: .625rem;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; }
button.big { width: 100%; font-size: 1.0625rem; margin-top: .5rem; }
button.quiet { background: none; color: var(--accent); border: 0; padding: .25rem 0; min-height: 2.75rem; font-weight: 400; font-size: .875rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.choice:has(> label input:focus-visible) > label input { outline: none; }
ul.actions { list-style: none; padding: 0; margin: 1rem 0; }
ul.actions a { display: block; background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  padding: .875rem 1rem; margin: .625rem 0; text-decoration: none; color: inherit; }
ul.actions a:hover, .choice > label:hover b { color: var(--accent); }
ul.actions b { font-size: 1.0625rem; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** The pages hold no script and load nothing, so nothing else may run or be loaded in them. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
