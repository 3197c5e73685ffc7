import { plain, plainValue } from '../core/outside/plain.ts';
import { renderHtml } from '../report/html/page.ts';
import { infrastructureHealth } from './infrastructure.ts';
import { metricsText } from './metrics.ts';
import { linkPage, becamePage } from './answer-page.ts';
import type { Answering } from './answering.ts';
import { linkOrder, readLink } from './links.ts';
import type { Answer } from './reply.ts';
import { aboveReport, listPage } from './run-list.ts';
import { besideOf } from './served-page.ts';
import type { Live } from './served-page.ts';
import type { Runs, ShownRun, ToldRun } from './runs.ts';

const NOT_FOUND: Answer = { status: 404, type: 'text/plain', body: 'There is nothing of this name.\n' };

/** What a reader is shown, and what lets it answer: null, nothing does. */
export interface Shown {
  readonly runs: Runs;
  readonly answering: Answering | null;
  readonly now: number;
}

/** What is shown under an address, given in parts; writes nothing. Throws what the store throws. */
export async function answerTo(path: readonly string[], shown: Shown): Promise<Answer> {
  const { runs } = shown;
  const [first, second, third, fourth] = path;
  if (path.length === 1 && first === '') return page(listPage(await runs.list()));
  if (path.length === 1 && first === 'healthz') return healthy(runs);
  if (path.length === 1 && first === 'metrics') return metrics(runs);
  if (path.length === 2 && first === 'health' && second === 'infrastructure') return infrastructure(runs);
  if (first === 'runs' && second !== undefined && path.length === 2) return reportOf(second, shown);
  if (first === 'runs' && second !== undefined && third === 'events' && path.length === 3) return eventsOf(second, runs);
  if (first === 'runs' && second !== undefined && third === 'answer' && fourth !== undefined && path.length === 4)
    return linkOf(second, fourth, shown);
  return NOT_FOUND;
}

/** The server is as healthy as its reading. */
async function healthy(runs: Runs): Promise<Answer> {
  await runs.list();
  return { status: 200, type: 'text/plain', body: 'ok\n' };
}

async function metrics(runs: Runs): Promise<Answer> {
  const all = await runs.list();
  const told = await tellAll(
    runs,
    newestOf(all).filter(({ hasEnded }) => !hasEnded),
  );
  return { status: 200, type: 'text/plain; version=0.0.4', body: metricsText(all, told) };
}

/** 200 only where everything is known to be well. */
async function infrastructure(runs: Runs): Promise<Answer> {
  const health = infrastructureHealth(await tellAll(runs, newestOf(await runs.list())));
  const body = `${JSON.stringify(plainValue(health), null, 2)}\n`;
  return { status: health.status === 'well' ? 200 : 503, type: 'application/json', body };
}

/** Of each target; a rehearsal says nothing of an environment. */
function newestOf(runs: readonly ShownRun[]): readonly ShownRun[] {
  return runs.filter(({ isNewest, rehearsal }) => isNewest && rehearsal === null);
}

async function tellAll(runs: Runs, which: readonly ShownRun[]): Promise<readonly ToldRun[]> {
  const told = await Promise.all(which.map(({ runId }) => runs.tell(runId)));
  return told.filter((one) => one !== null);
}

async function reportOf(runId: string, { runs, answering }: Shown): Promise<Answer> {
  const found = await runs.tell(runId);
  if (found === null) return NOT_FOUND;
  const { report, lines } = found.told;
  const events = `/runs/${encodeURIComponent(runId)}/events`;
  const live = found.run.hasEnded ? null : { events, after: lines.at(-1)?.seq ?? 0, hasForm: answering !== null, clock: clockOf(found) };
  return page(
    renderHtml(report, lines, { above: aboveReport(found, answering?.newId() ?? null), beside: besideOf(live), place: found.place }),
  );
}

/** By what a browser may count down; null: by nothing. */
function clockOf({ now, isRealTime }: ToldRun): Live['clock'] {
  return now === null ? null : { now, goesOn: isRealTime };
}

/** A one-time link as it is opened, by a person or by whatever looks ahead at links: it only shows. */
async function linkOf(runId: string, link: string, { runs, answering, now }: Shown): Promise<Answer> {
  const said = (status: number, words: readonly string[]): Answer => becamePage({ status, words, runId, accept: 'text/html' });
  if (answering === null) return NOT_FOUND;
  const read = readLink(link, runId, answering.token, now);
  if (!read.ok && read.why === 'unknown') return said(403, ['This is no link of ours for this run. Nothing was done.']);
  if (!read.ok) {
    const at = `${new Date(read.at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
    return said(410, [`This link expired at ${at}: nobody answered with it.`, 'Ask for a new one: firebreak link']);
  }
  const before = await answering.answers.became(runId, linkOrder(read.terms));
  if (before !== null) return said(410, ['This link was used before, and counts once.', ...before.words]);
  const found = await runs.tell(runId);
  return found === null ? NOT_FOUND : linkPage(found, read.terms, link);
}

async function eventsOf(runId: string, runs: Runs): Promise<Answer> {
  if ((await runs.lines(runId)) === null) return NOT_FOUND;
  return { status: 200, type: 'text/event-stream', body: '', stream: () => runs.lines(runId) };
}

function page(html: string): Answer {
  return { status: 200, type: 'text/html', body: plain(html) };
}
