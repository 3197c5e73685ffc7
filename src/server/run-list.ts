import { h, NOTHING, opens, table } from '../report/html/markup.ts';
import type { Html } from '../report/html/markup.ts';
import { pageOf } from '../report/html/shell.ts';
import type { ShownRun, ToldRun } from './runs.ts';

/** A page about what goes on is asked for anew after so long; a script is not needed for it. */
export const RELOAD_S = 15;

/** All runs of a store, the newest first. */
export function listPage(runs: readonly ShownRun[]): string {
  const needed = runs.filter(({ needsHuman }) => needsHuman === true);
  return pageOf(
    needed.length === 0 ? 'Firebreak: runs' : `NEEDS YOU (${needed.length}) – Firebreak: runs`,
    h`<header class="open"><h1>Runs</h1><p class="meta">Read only. This page is loaded anew every ${RELOAD_S} seconds; times are UTC.</p></header>
<section id="next" aria-label="Runs">${needed.map((run) => h`<p class="notice" role="status"><b>Needs you:</b> ${linkTo(run)}: ${run.words}</p>\n`)}
${runs.length === 0 ? h`<p>No run is kept here yet.</p>` : tableOf(runs)}</section>`,
    RELOAD_S,
  );
}

function tableOf(runs: readonly ShownRun[]): Html {
  const rows = runs.map((run) => [linkTo(run), run.target, run.words, instant(run.startedAt), instant(run.lastWordAt)]);
  return table('Newest first', ['run', 'of', 'state', 'begun', 'last word'], rows);
}

function linkTo({ runId, rehearsal }: ShownRun): Html {
  return h`<a href="/runs/${encodeURIComponent(runId)}">${runId}</a>${rehearsal === null ? NOTHING : h` <span class="badge">rehearsal</span>`}`;
}

function instant(at: number | null): string {
  return at === null ? 'not known' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** What stands above the report of a run: where it is, in the words of `status`; above all, what a person is asked. */
export function aboveReport({ run, status }: ToldRun): Html {
  const back = h`<p class="meta"><a href="/">All runs</a></p>\n`;
  if (status.length === 0) return back;
  const said = h`<pre>${status.join('\n')}</pre>`;
  const fresh = h`<p class="meta">Loaded anew every ${RELOAD_S} seconds. Nothing can be answered on this page: it only reads.</p>\n`;
  if (run.needsHuman !== true)
    return h`${back}<p role="status"><b>${run.words}</b></p>${opens('What `firebreak status` says', said)}${fresh}`;
  return h`${back}<div class="notice" role="status"><b>NEEDS YOU</b>${said}</div>\n${fresh}`;
}
