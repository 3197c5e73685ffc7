import { plain } from '../core/outside/plain.ts';
import type { JournalLine } from '../ports/store.ts';
import { renderHtml } from '../report/html/page.ts';
import { aboveReport, listPage, RELOAD_S } from './run-list.ts';
import type { Runs } from './runs.ts';

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
  if (first === 'runs' && second !== undefined && path.length === 2) return reportOf(second, runs);
  if (first === 'runs' && second !== undefined && third === 'events' && path.length === 3) return eventsOf(second, runs);
  return NOT_FOUND;
}

/** The server is as healthy as its reading. */
async function healthy(runs: Runs): Promise<Answer> {
  await runs.list();
  return { status: 200, type: 'text/plain', body: 'ok\n' };
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
