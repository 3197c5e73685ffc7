import { sayDuration } from '../core/duration.ts';
import { isRestore } from '../steps/put-back.ts';
import type { RunReport } from './run-report.ts';
import { timeOfDay } from './instants.ts';

/** How a run ended, with what it says and what it does not say. Pure. */

type Ended = Pick<RunReport, 'outcome' | 'escalation' | 'startedAt' | 'endedAt' | 'questions' | 'virtualMs'>;

/** `escalated after 2h, then followed for 6h`; `aborted after 30m: nobody answered by 20:31:00 («Apply it?»)`. */
export function endWords(report: Ended): string {
  const { outcome, escalation, startedAt, endedAt, virtualMs } = report;
  if (outcome === null) return `still running after ${sayDuration(virtualMs)}`;
  const whole = `after ${sayDuration(virtualMs)}`;
  if (escalation !== null && startedAt !== null && endedAt !== null) {
    const handed = sayDuration(escalation.at - startedAt);
    const again = escalation.heldSince > escalation.at ? `, again after ${sayDuration(escalation.heldSince - startedAt)}` : '';
    const followed = endedAt - escalation.heldSince;
    const then = `${again}${followed === 0 ? '' : `, then followed for ${sayDuration(followed)}`}`;
    return outcome.startsWith('escalated') ? `${outcome} after ${handed}${then}` : `${outcome} ${whole} (escalated after ${handed})`;
  }
  const open = report.questions.at(-1);
  const nobody = outcome === 'aborted' && open?.answer?.startsWith(NOBODY) === true ? `: ${open.answer} («${open.text}»)` : '';
  return `${outcome} ${whole}${nobody}`;
}

/** How an answer begins that nobody gave. */
export const NOBODY = 'nobody answered';

/** What became of a question that no command answered: its deadline came, or what it was about was gone. */
export function unanswered(event: string, at: number): string {
  return event.startsWith('timer.') ? `${NOBODY} by ${timeOfDay(at)}` : `not answered: the question fell away at ${timeOfDay(at)}`;
}

/** `nothing was changed by this run`; `4 changes applied, 2 of them put back since, 1 failed`. */
export function changesWords({ mutations }: Pick<RunReport, 'mutations'>): string {
  const made = mutations.filter(({ stepId }) => !isRestore(stepId));
  const many = (count: number, what: string): string => `${count} ${count === 1 ? 'change' : 'changes'} ${what}`;
  const of = (outcome: string): number => made.filter((mutation) => mutation.outcome === outcome).length;
  const [applied, failed, pending] = [of('applied'), of('failed'), of('pending')];
  const back = made.filter(({ outcome, since }) => outcome === 'applied' && since === PUT_BACK).length;
  const said = [
    applied === 0 ? null : many(applied, 'applied'),
    back === 0 ? null : `${back} of them put back since`,
    failed === 0 ? null : many(failed, 'failed'),
    pending === 0 ? null : `${many(pending, 'asked for')}, whose end is not known`,
  ].filter((words) => words !== null);
  return said.length === 0 ? 'nothing was changed by this run' : said.join(', ');
}

/** What has become of a change that a later one of the run has undone. */
export const PUT_BACK = 'put back since';
