/**
 * The only script of a served page. It asks for the page anew when an event comes and every few seconds, and puts in place what has
 * changed: what is typed or opened stays. What the browser could not renew is said to be old, with since when. An event that comes
 * twice or not at all changes nothing: what is shown is always the server's whole page. With the page of a run that has ended it stops. Beside each instant that is still to come it
 * counts down, by the run's clock as of the newest page; a clock that does not go like ours stands still until the next.
 */
export const LIVE_SCRIPT = `'use strict';
const main = document.querySelector('main');
const { events, every } = main.dataset;
let after = main.dataset.after, soon = null, asking = false, again = false, ended = false;
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
let clockOf = null;
function takeClock({ now, goes }) { clockOf = now === undefined ? null : { now: Number(now), goes: goes === '1', heard: performance.now() }; }
const spoken = (s) => [[Math.floor(s / 3600), 'h'], [Math.floor(s / 60) % 60, 'min'], [s % 60, 's']].filter(([n]) => n > 0).slice(0, 2).map((part) => part.join(' ')).join(' ') || '0 s';
function count() {
  for (const left of document.querySelectorAll('.left')) {
    const at = Date.parse(left.previousElementSibling?.dateTime ?? '');
    const now = clockOf === null ? NaN : clockOf.now + (clockOf.goes ? performance.now() - clockOf.heard : 0);
    const s = Math.ceil((at - now) / 1000);
    const words = Number.isNaN(s) ? '' : s > 0 ? ' (' + spoken(s) + ' left)' : ' (over; what followed has not been heard of yet)';
    if (left.textContent !== words) left.textContent = words;
  }
}
async function renew() {
  if (ended) return;
  if (asking) return void (again = true);
  asking = true;
  try {
    const got = await fetch(location.pathname, { cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(20000) });
    if (!got.ok) throw new Error(String(got.status));
    const page = new DOMParser().parseFromString(await got.text(), 'text/html');
    put(page);
    const { dataset } = page.querySelector('main');
    takeClock(dataset);
    count();
    if (dataset.every === undefined) return end();
    live.textContent = 'Live: as it was at ' + clock();
    live.classList.remove('lost');
  } catch {
    if (!live.classList.contains('lost')) live.textContent = 'No answer from the server since ' + clock() + ': what stands here may be old by now.';
    live.classList.add('lost');
  }
  asking = false;
  if (again) { again = false; hear(); }
}
function hear() { if (!ended) soon ??= setTimeout(() => { soon = null; renew(); }, 300); }
let source = null;
function end() {
  source?.close();
  for (const timer of timers) clearInterval(timer);
  live.textContent = 'The run has ended: this is how it stood last, and nothing more comes.';
  live.classList.remove('lost');
  ended = true;
}
function follow() {
  if (ended) return;
  source = new EventSource(events + '?after=' + after);
  source.onmessage = ({ lastEventId }) => { after = lastEventId; hear(); };
  source.onerror = () => {
    hear();
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  };
}
live.textContent = 'Live: as it was at ' + clock();
takeClock(main.dataset);
count();
const timers = [setInterval(count, 1000), setInterval(renew, every * 1000)];
if (events !== undefined) follow();
`;
