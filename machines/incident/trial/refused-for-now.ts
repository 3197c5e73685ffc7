import type { IncidentContext } from '../context.ts';
import { currentStep } from '../steps.ts';

/** A write that Google has not taken for longer than the first tries: it is tried on, slowly; what is half made of the step is said. Pure. */

const MINUTE = 60_000;
/** Between two tries. */
export const SLOW_RETRY_MINUTES = 5;
export const SLOW_RETRY_MS = SLOW_RETRY_MINUTES * MINUTE;

/** So often: half an hour, in which a role can be granted or an outage pass; then the step has failed, and others have their turn. */
const SLOW_TRIES = 6;

type Counted = Pick<IncidentContext, 'attempts' | 'settings'>;

export function isRefused({ attempts, settings }: Counted): boolean {
  return attempts > settings.attempts;
}

export function mayBeTriedOn({ attempts, settings }: Counted): boolean {
  return attempts < settings.attempts + SLOW_TRIES;
}

interface Refusal {
  readonly title: string;
  readonly why: string;
  /** What is in force of it meanwhile; '': nothing, or nothing known. */
  readonly stands: string;
}

/** From now on slowly. People are told the first time; `failure` is what a phase that passes its deadline meanwhile is over for. */
export function refusedAgain(context: IncidentContext, { title, why, stands }: Refusal): Partial<IncidentContext> {
  const failure = `${title} is refused: ${why}`;
  const attempts = Math.max(context.attempts, context.settings.attempts) + 1;
  const refused = context.stepId === null ? null : { stepId: context.stepId, attempts };
  if (isRefused(context)) return { attempts, failure, refused };
  const words =
    `${context.target}: ${failure.replace(/\.{1,3}$/, '')}.${stands === '' ? '' : ` ${stands}`} ` +
    `It is tried again every ${SLOW_RETRY_MINUTES}m for ${SLOW_TRIES * SLOW_RETRY_MINUTES}m, while there is a reason for it; a retry by people tries it at once.`;
  return { attempts, failure, refused, outbox: [...context.outbox, words] };
}

/** `the services phase passed its deadline: Deploy shop is refused: …`, or what was waited for. */
export function overdue(context: IncidentContext, what: string): string {
  const { failure, trial } = context;
  if (isRefused(context) && failure !== null) return `${what} passed its deadline: ${failure}`;
  const waited =
    trial === null ? '' : `: ${currentStep(context)?.title ?? 'the step in hand'} could not be judged by then: ${trial.because}`;
  return `${what} passed its deadline${waited}`;
}
