// The one stylesheet of all pages, small enough to go along with each: no request more, and a policy that names it by its
// hash.
import { createHash } from 'node:crypto';

export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #fdfaf6; --surface: #ffffff; --line: #e6ddd2; --ink: #29211b; --soft: #6b5d51; --accent: #a8420b;
  --glow: #f6e3d3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17130f; --surface: #211b16; --line: #3a3028; --ink: #f1e8df; --soft: #b5a698; --accent: #ff9d5c;
    --glow: #3a2416;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { font: 100%/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--ink); }
a { color: var(--accent); text-decoration-thickness: 0.08em; text-underline-offset: 0.18em; }
a:focus-visible { outline: 0.15rem solid var(--accent); outline-offset: 0.15rem; border-radius: 0.2rem; }
h1, h2, p, dl, dd, figure { margin: 0; }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; line-height: 1.3; }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere;
  background: var(--glow); border-radius: 0.3rem; padding: 0.1em 0.35em; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--surface); padding: 0.5rem 1rem; z-index: 1; }
.bar, main, .foot { width: 100%; max-width: 42rem; margin: 0 auto; padding: 0 1.25rem; }
.bar { padding-top: 1.25rem; padding-bottom: 1.25rem; }
.brand { display: inline-flex; align-items: center; gap: 0.5rem; color: var(--ink); font-weight: 600; text-decoration: none; }
.brand svg { width: 1.4rem; height: 1.4rem; color: var(--accent); }
main { flex: 1; display: grid; gap: 1rem; align-content: start; }
.foot { padding-top: 2rem; padding-bottom: 2rem; color: var(--soft); font-size: 0.875rem; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 0.9rem; padding: 1.25rem; display: grid; gap: 0.9rem; }
.person { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; align-items: center; }
.face { grid-row: span 2; width: 4rem; height: 4rem; border-radius: 50%; object-fit: cover; background: var(--glow); }
.small .face { width: 2.75rem; height: 2.75rem; }
.badge { border: 1px solid var(--line); border-radius: 0.4rem; padding: 0 0.35em; font-size: 0.8em; }
.person .name { align-self: end; font-weight: 600; overflow-wrap: anywhere; color: var(--ink); text-decoration: none; line-height: 1.3; }
.person a.name:hover { text-decoration: underline; }
.person .address { align-self: start; color: var(--soft); overflow-wrap: anywhere; }
.totals { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
.totals div { display: flex; gap: 0.4rem; align-items: baseline; }
.totals dt { order: 1; color: var(--soft); }
.totals dd { font-weight: 600; font-variant-numeric: tabular-nums; }
.hint { color: var(--soft); font-size: 0.925rem; }
.posts { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
.content { overflow-wrap: anywhere; display: grid; gap: 0.75rem; }
.large .content { font-size: 1.2rem; line-height: 1.5; }
time { font-variant-numeric: tabular-nums; }
.below { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.875rem; color: var(--soft); }
.when { color: var(--soft); }
.warned summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
.warned[open] summary { margin-bottom: 0.75rem; }
.attachments { list-style: none; margin: 0; padding: 0.6rem 0.9rem; border: 1px solid var(--line); border-radius: 0.6rem;
  display: grid; gap: 0.4rem; overflow-wrap: anywhere; }
.content:empty { display: none; }
.warned .content + .attachments { margin-top: 0.75rem; }
.attachments .kind { color: var(--soft); font-size: 0.875rem; }
.facts { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: 0.4rem 1rem; }
.facts dt { color: var(--soft); overflow-wrap: anywhere; }
.facts dd { overflow-wrap: anywhere; min-width: 0; }
@media (max-width: 30rem) { .facts { grid-template-columns: 1fr; gap: 0 0; } .facts dd { margin-bottom: 0.5rem; } }
.more { justify-self: center; padding: 0.5rem 1rem; }
`;

/** As a source of the Content-Security-Policy (CSP Level 3 section 2.3.1). */
export const stylesheetSource = `'sha256-${createHash('sha256').update(stylesheet).digest('base64')}'`;
