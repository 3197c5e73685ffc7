/**
 * The only script of a served page. It asks for the page anew when an event comes and every few seconds, and puts in place what has
 * changed: what is typed or opened stays. What the browser could not renew is said to be old, with since when. An event that comes
 * twice or not at all changes nothing: what is shown is always the server's whole page.
 */
export const LIVE_SCRIPT = `'use strict';
const main = document.querySelector('main');
const { events, every } = main.dataset;
let after = main.dataset.after, soon = null, asking = false, again = false;
const live = document.createElement('p');
live.className = 'live';
main.before(live);
const clock = () => new Date().toISOString().slice(11, 19) + 'Z';
const served = new Map();
const keysOf = (of) => {
  const seen = new Map();
  return [...of.children].map((node) => {
    const name = node.dataset.key ?? (node.id || node.tagName + '.' + node.className);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return [name + ' ' + times, node];
  });
};
for (const [key, node] of keysOf(main)) served.set(key, node.outerHTML);
const opened = (node) => new Set([...node.querySelectorAll('details[open]')].map((each) => each.querySelector('summary')?.textContent));
function put(page) {
  const here = new Map(keysOf(main));
  const wanted = keysOf(page.querySelector('main')).map(([key, node]) => {
    const html = node.outerHTML, old = here.get(key);
    const stays = old !== undefined && (served.get(key) === html || old.matches('[data-key]'));
    served.set(key, html);
    if (stays) return old;
    if (old !== undefined) {
      const open = opened(old);
      for (const each of node.querySelectorAll('details')) each.open = open.has(each.querySelector('summary')?.textContent);
    }
    return document.adoptNode(node);
  });
  for (const node of [...main.children]) if (!wanted.includes(node)) node.remove();
  let at = main.firstElementChild;
  for (const node of wanted) {
    if (node === at) at = at.nextElementSibling;
    else main.insertBefore(node, at);
  }
  document.title = page.title;
}
async function renew() {
  if (asking) return void (again = true);
  asking = true;
  try {
    const got = await fetch(location.pathname, { cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(20000) });
    if (!got.ok) throw new Error(String(got.status));
    put(new DOMParser().parseFromString(await got.text(), 'text/html'));
    live.textContent = 'Live: as it was at ' + clock();
    live.classList.remove('lost');
  } catch {
    if (!live.classList.contains('lost')) live.textContent = 'No answer from the server since ' + clock() + ': what stands here may be old by now.';
    live.classList.add('lost');
  }
  asking = false;
  if (again) { again = false; hear(); }
}
function hear() { soon ??= setTimeout(() => { soon = null; renew(); }, 300); }
function follow() {
  const source = new EventSource(events + '?after=' + after);
  source.onmessage = ({ lastEventId }) => { after = lastEventId; hear(); };
  source.onerror = () => {
    hear();
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  };
}
live.textContent = 'Live: as it was at ' + clock();
if (events !== undefined) follow();
setInterval(renew, every * 1000);
`;
