import { createHash } from 'node:crypto';

/** The look of the page: the console's own colours, light and dark. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f7f9;--line:#d9dde3;--words:#1b1f26;--quiet:#56606e;--accent:#1c5fc4;--get:#0b6b3a;--post:#1c5fc4;--patch:#8a5300;--delete:#b3261e}
@media (prefers-color-scheme:dark){:root{--ground:#14171c;--raised:#1c2027;--line:#343b46;--words:#e8ebf0;--quiet:#a5afbd;--accent:#8db8ff;--get:#6fd39b;--post:#8db8ff;--patch:#f0b860;--delete:#ff9a92}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--words);font:15px/1.55 Inter,system-ui,sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 8px;overflow-wrap:anywhere}h3{font-size:13px;margin:16px 0 4px;color:var(--quiet);font-weight:600}
p{margin:4px 0 8px}a{color:var(--accent)}
code,pre,.path{font-family:ui-monospace,"JetBrains Mono",Menlo,monospace;font-size:13px}
pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:10px 12px;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.search{position:sticky;top:0;background:var(--ground);padding:12px 0;border-bottom:1px solid var(--line);z-index:1}
.search label{display:block;font-weight:600;margin-bottom:4px}
.search input{width:100%;font:inherit;padding:8px 10px;border:1px solid var(--quiet);border-radius:6px;background:var(--ground);color:var(--words)}
.search p{color:var(--quiet);margin:4px 0 0}
details.operation,section.group{scroll-margin-top:112px}
details.operation{border:1px solid var(--line);border-radius:6px;margin:6px 0}
details.operation[open]{border-color:var(--quiet)}
summary{cursor:pointer;padding:8px 12px;display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.method{font-weight:700;font-size:12px;min-width:52px}.get{color:var(--get)}.post{color:var(--post)}.patch{color:var(--patch)}.delete{color:var(--delete)}
.path{overflow-wrap:anywhere}.what{color:var(--quiet);flex-basis:100%}
.body{padding:0 12px 12px}
nav ul{columns:3 220px;padding-left:18px;margin:4px 0}
[hidden]{display:none}
`;

/** Looks for words in the operations; without it the page is whole, and the browser's own search does. */
export const SCRIPT = `
const box=document.getElementById('search'),said=document.getElementById('found');
const operations=[...document.querySelectorAll('details.operation')];
document.querySelector('.search').hidden=false;
box.addEventListener('input',()=>{
  const words=box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let found=0;
  for(const one of operations){one.hidden=!words.every((word)=>one.dataset.words.includes(word));if(!one.hidden)found+=1}
  for(const group of document.querySelectorAll('section.group'))group.hidden=!group.querySelector('details.operation:not([hidden])');
  said.textContent=found+' of '+operations.length+' operations';
});
const show=()=>{const one=location.hash.length>1&&document.getElementById(decodeURIComponent(location.hash.slice(1)));if(one instanceof HTMLDetailsElement)one.open=true};
addEventListener('hashchange',show);show();
`;

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** What the page may do: show its own style, run its own script, and nothing else. */
export const REFERENCE_POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
