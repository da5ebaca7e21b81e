/** The style of the page, in light and dark. Colours have a contrast of at least 4.5 to their text. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1f2328; --back: #ffffff; --soft: #f3f4f6; --line: #d0d7de; --dim: #59636e;
  --focus: #0550ae; --read: #ddf4ff; --write: #fff3b0; --manage: #ffd8a8; --everything: #ffb3ad; --unknown: #e6dcff;
  --part: #e8edf1; --gain: #a40e26; --loss: #116329; --other: #6639ba; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --back: #0d1117; --soft: #161b22; --line: #30363d; --dim: #9198a1; --focus: #79c0ff;
    --read: #0c2d4e; --write: #453800; --manage: #5a3000; --everything: #6b1116; --unknown: #37275a; --part: #21262d;
    --gain: #ff938a; --loss: #7ee787; --other: #d2a8ff; }
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font: 14px/1.45 system-ui, sans-serif; color: var(--text);
  background: var(--back); }
header { padding: 12px 16px 8px; border-bottom: 1px solid var(--line); }
h1 { font-size: 18px; margin: 0; }
h2 { font-size: 15px; margin: 0 0 8px; overflow-wrap: anywhere; }
p { margin: 2px 0; }
.dim { color: var(--dim); overflow-wrap: anywhere; }
.basis { font-size: 12px; }
.basis span + span::before { content: " · "; }
.changes { max-height: 9em; overflow: auto; margin: 6px 0; padding-left: 20px; overflow-wrap: anywhere; }
.danger { color: var(--gain); font-weight: 600; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin-top: 8px; }
.controls label { display: inline-flex; flex-direction: column; gap: 2px; font-size: 12px; color: var(--dim); }
.controls label.check { flex-direction: row; align-items: center; }
input, select, button { font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--line);
  border-radius: 6px; padding: 4px 8px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 1px; }
main { flex: 1; min-height: 0; display: flex; }
#grid { flex: 1; overflow: auto; position: relative; min-width: 0; }
#space { position: relative; }
.row { position: absolute; left: 0; height: 28px; contain: layout style; }
.row.head { position: sticky; top: 0; height: 172px; z-index: 2; }
.cell, .name, .corner, .column { position: absolute; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.cell { top: 0; width: 88px; height: 28px; padding: 4px 6px; font-size: 12px; text-align: center; cursor: pointer;
  border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.name { position: sticky; left: 0; display: inline-block; width: 240px; height: 28px; padding: 4px 10px; z-index: 1;
  background: var(--soft); border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.corner { position: sticky; left: 0; display: inline-block; width: 240px; height: 172px; padding: 8px 10px; z-index: 3;
  background: var(--soft); border-right: 1px solid var(--line); border-bottom: 2px solid var(--line);
  white-space: normal; font-size: 12px; color: var(--dim); }
.column { top: 0; width: 88px; height: 172px; background: var(--soft); border-right: 1px solid var(--line);
  border-bottom: 2px solid var(--line); padding: 6px 4px; writing-mode: vertical-rl; transform: rotate(180deg);
  font-size: 12px; line-height: 76px; border-top: 0; }
.name.administrator { font-weight: 600; border-left: 4px solid var(--gain); padding-left: 6px; }
.tenant { font-style: italic; }
.security { font-weight: 600; }
.cluster { font-weight: 600; }
.none { color: var(--dim); }
.part { background: var(--part); } .read { background: var(--read); } .write { background: var(--write); }
.manage { background: var(--manage); } .everything { background: var(--everything); font-weight: 600; }
.unknown { background: var(--unknown); }
.gain { box-shadow: inset 0 0 0 3px var(--gain); } .loss { box-shadow: inset 0 0 0 3px var(--loss); }
.change { box-shadow: inset 0 0 0 3px var(--other); }
#grid:focus { outline: none; }
#grid:focus-visible .active { outline: 3px solid var(--focus); outline-offset: -3px; }
.active { text-decoration: underline; }
#why { width: 38%; max-width: 620px; border-left: 1px solid var(--line); padding: 12px 16px; overflow: auto; }
#why[hidden] { display: none; }
#why button { float: right; margin: 0 0 8px 12px; }
#why h3 { font-size: 13px; margin: 14px 0 4px; }
#why ul { margin: 0; padding-left: 18px; }
#why li { overflow-wrap: anywhere; }
#why .entry { list-style: none; font: 12px/1.5 ui-monospace, monospace; color: var(--dim); }
.legend span { display: inline-block; padding: 0 8px; margin-right: 4px; border: 1px solid var(--line);
  border-radius: 4px; font-size: 12px; }
@media (max-width: 800px) { main { flex-direction: column; } #why { width: auto; max-width: none; max-height: 45%;
  border-left: 0; border-top: 1px solid var(--line); } }
`;
