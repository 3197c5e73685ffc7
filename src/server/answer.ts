import { plain, plainValue } from '../core/outside/plain.ts';
import type { JournalLine } from '../ports/store.ts';
import { renderHtml } from '../report/html/page.ts';
import { infrastructureHealth } from './infrastructure.ts';
import { metricsText } from './metrics.ts';
import { aboveReport, listPage, RELOAD_S } from './run-list.ts';
import type { Runs, ShownRun, ToldRun } from './runs.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a body: the lines of a journal, as they come. */
  readonly stream?: () => Promise<readonly JournalLine[] | null>;
}

const NOT_FOUND: Answer = { status: 404, type: 'text/plain', body: 'There is nothing of this name.\n' };

/** What is shown under an address, given in parts. Throws what the store throws. */
export async function answerTo(path: readonly string[], runs: Runs): Promise<Answer> {
  const [first, second, third] = path;
  if (path.length === 1 && first === '') return page(listPage(await runs.list()));
  if (path.length === 1 && first === 'healthz') return healthy(runs);
  if (path.length === 1 && first === 'metrics') return metrics(runs);
  if (path.length === 2 && first === 'health' && second === 'infrastructure') return infrastructure(runs);
  if (first === 'runs' && second !== undefined && path.length === 2) return reportOf(second, runs);
  if (first === 'runs' && second !== undefined && third === 'events' && path.length === 3) return eventsOf(second, runs);
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

async function reportOf(runId: string, runs: Runs): Promise<Answer> {
  const found = await runs.tell(runId);
  if (found === null) return NOT_FOUND;
  const { report, lines } = found.told;
  return page(renderHtml(report, lines, { above: aboveReport(found), reloadS: found.run.hasEnded ? null : RELOAD_S }));
}

async function eventsOf(runId: string, runs: Runs): Promise<Answer> {
  if ((await runs.lines(runId)) === null) return NOT_FOUND;
  return { status: 200, type: 'text/event-stream', body: '', stream: () => runs.lines(runId) };
}

function page(html: string): Answer {
  return { status: 200, type: 'text/html', body: plain(html) };
}
