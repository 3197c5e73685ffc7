import { quoted } from '../core/shell.ts';
import { h, list, NOTHING, opens, table } from '../report/html/markup.ts';
import type { Html } from '../report/html/markup.ts';
import { answerForm, answersList, askedCard, orderForm, takenNow } from './question-card.ts';
import { railSection } from './rail-section.ts';
import { servedPage } from './served-page.ts';
import type { ShownRun, ToldRun } from './runs.ts';

/** All runs of a store, the newest first. */
export function listPage(runs: readonly ShownRun[]): string {
  const needed = runs.filter(({ needsHuman }) => needsHuman === true);
  return servedPage({
    title: needed.length === 0 ? 'Firebreak: runs' : `NEEDS YOU (${needed.length}) – Firebreak: runs`,
    body: h`<header class="open"><h1>Runs</h1><p class="meta">Of this store, rehearsals too; times are UTC.</p></header>
<section id="next" aria-label="Runs">${needed.map((run) => h`<p class="notice" role="status"><b>Needs you:</b> ${linkTo(run)}: ${run.words}</p>\n`)}
${runs.length === 0 ? h`<p>No run is kept here yet.</p>` : tableOf(runs)}</section>`,
    live: { events: null, after: 0, hasForm: false, clock: null },
  });
}

function tableOf(runs: readonly ShownRun[]): Html {
  const rows = runs.map((run) => [
    linkTo(run),
    run.target,
    run.needsHuman === true ? 'needs you: see above' : run.words,
    instant(run.startedAt),
    instant(run.lastWordAt),
  ]);
  return table('Newest first', ['run', 'of', 'state', 'begun', 'last word'], rows);
}

function linkTo({ runId, rehearsal }: ShownRun): Html {
  return h`<a href="/runs/${encodeURIComponent(runId)}">${runId}</a>${rehearsal === null ? NOTHING : h` <span class="badge">rehearsal</span>`}`;
}

function instant(at: number | null): string {
  return at === null ? 'not known' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/**
 * What stands above the report of a run: where it is; above all what a person is asked, with what each answer would do.
 * `answerId`: names an answer that is given on this page; null: none can be.
 */
export function aboveReport(shown: ToldRun, answerId: string | null): Html {
  const { run, told, status, answers, waiting } = shown;
  const back = h`<p class="meta"><a href="/">All runs</a></p>\n`;
  const rail = railSection(shown);
  if (run.hasEnded)
    return h`${back}${rail}<p class="meta">This page can be made again at any time: <code>firebreak report ${quoted(run.runId)} --format html</code></p>\n`;
  if (status.length === 0 || told.status === null) return h`${back}${rail}`;
  const { asks } = told.status;
  const kinds = takenNow(shown);
  const yesAndNo = kinds.filter((kind) => kind === 'approve' || kind === 'reject');
  const way = answerId === null ? null : ({ by: 'token', id: answerId } as const);
  const head =
    asks !== undefined
      ? NOTHING
      : h`<p role="status" class="${run.needsHuman === true ? 'notice' : 'where'}"><b>${run.needsHuman === true ? 'NEEDS YOU: ' : ''}${run.words}</b></p>\n`;
  const card = asks === undefined ? NOTHING : askedCard(asks, answers, shown.now);
  const others =
    asks === undefined && answers.length > 0 ? h`<section id="answers" class="ask">${answersList(answers)}</section>\n` : NOTHING;
  const forms = way === null ? NOTHING : h`${answerForm(run.runId, asks, yesAndNo, way)}${orderForm(run.runId, kinds, way)}`;
  const readOnly = way === null ? h`<p class="meta">Nothing can be answered on this page: it only reads.</p>\n` : NOTHING;
  return h`${back}${head}${list(waiting)}${card}${others}${forms}${rail}${opens('All that its status says', h`<pre>${status.join('\n')}</pre>`)}${readOnly}`;
}
