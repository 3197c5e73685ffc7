import { sentence } from '../../../src/core/sentence.ts';
import type { RestoreAnswer } from '../activities.ts';
import { recordRestore } from '../assigns.ts';
import type { IncidentContext } from '../context.ts';
import { currentService, currentStep, undoOf } from '../steps.ts';
import { trialWords } from './trial.ts';
import { weighRestore } from './weigh-restore.ts';

/** Undoing one step and nothing else, then looking again: how the run remembers it. Pure. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

/** Only what this step has written is put back; what other steps made stays. */
export function beginUndo({ context }: Scope): Change {
  const { stepId, undoing, failure, target } = context;
  const step = stepId ?? undoing;
  const item = step === null ? null : undoOf(context, step);
  const what =
    item === null
      ? ' It has moved no traffic, so none is put back.'
      : weighRestore(context, item) === 'back'
        ? ` Only this step is undone: the ${item.bounds === undefined ? 'traffic' : 'bounds of the instances'} of ${item.service}.`
        : '';
  return {
    undoing: step,
    restoreQueue: item === null ? [] : [item],
    attempts: 0,
    outbox: [...context.outbox, `${target}: ${sentence(failure ?? 'a step failed')}${what}`],
  };
}

/** Put back and seen in force: what is known of it now, and nothing left over of the step. */
export function recordUndo(scope: Scope, answer: RestoreAnswer): Change {
  const { restored: _restored, restoredLooks: _looks, ...change } = recordRestore(scope, answer);
  return answer.note === null ? change : { ...change, restoreQueue: [] };
}

/** The step is over: it is not tried again in the same form, and what is wrong is found out anew. */
export function finishUndo({ context }: Scope): Change {
  const { undoing, failure } = context;
  const step = context.plan?.steps.find(({ id }) => id === undoing) ?? currentStep(context);
  const isSent = context.mutations.some(({ stepId, outcome }) => stepId === undoing && outcome === 'applied');
  const because = failure ?? 'it failed';
  const isKept = undoing !== null && undoOf(context, undoing) !== null;
  const how = { ...(isSent ? {} : { neverInForce: true as const }), ...(isKept ? { kept: true as const } : {}) };
  const undone = undoing === null ? {} : { [undoing]: { change: step?.change ?? null, because, ...how } };
  return { undone: { ...context.undone, ...undone }, undoing: null, stepId: null, trial: null, revision: null, restoreQueue: [] };
}

export function rememberWorse({ context }: Scope): Change {
  const { trial } = context;
  const title = currentStep(context)?.title ?? 'the step';
  const how = trial?.conclusion === 'failing' ? 'does not work' : 'made it worse';
  return { failure: `${title}: ${how}: ${trial?.because ?? 'no figures'}${alikeWords(trial)}` };
}

/** From so much on what served before is known to fail. */
const FAILS_FROM = 0.1;

/** The new revision meets what the old one met: told, for then the image is hardly what fails. What dies, or is only late, fails in its own way. */
function alikeWords(trial: IncidentContext['trial']): string {
  const [service = ''] = trial?.services ?? [];
  const before = trial?.before[service];
  if (trial?.conclusion !== 'failing' || !trial.isNew || before?.probes !== 'ill' || before.dying) return '';
  const was = share(before.requests) ?? 0;
  const is = share(trial.after[service]?.requests ?? null) ?? was;
  const isItsOwn = trial.looks.some(({ late, deaths }) => late === true || deaths === 'ill') || is < was / 2 || is > was * 2;
  if (was < FAILS_FROM || isItsOwn) return '';
  return '; what served before it fails in the same way, as far as was seen: what both share (what they call, how they are set up) may be at fault, and not the image';
}

function share(requests: { readonly total: number; readonly failed: number } | null): number | null {
  return requests === null || requests.total === 0 ? null : requests.failed / requests.total;
}

export function tellNotWorse({ context }: Scope): Change {
  const { trial } = context;
  const said =
    trial?.conclusion === 'unreachable'
      ? 'the new revision cannot be asked by its tag from here; a small share will tell'
      : 'not worse so far';
  return { outbox: [...context.outbox, trialWords(context, `${currentStep(context)?.title ?? 'the step'}: ${said}`)] };
}

/** Time that was not measured is no failure: the clock stands still, and that is said. */
export function tellUnseen({ context }: Scope): Change {
  const title = currentStep(context)?.title ?? 'the step';
  const why = context.look?.gates[`healthy:${currentService(context)}`]?.because ?? 'no look could be taken';
  return { outbox: [...context.outbox, `${context.target}: ${title}: whether it is stable cannot be seen (${why}); the time waits.`] };
}

/** What it is short of is away for everybody: nothing is undone for that, and nothing goes further. */
export function tellExcused({ context }: Scope): Change {
  const title = currentStep(context)?.title ?? 'the step';
  return { outbox: [...context.outbox, trialWords(context, `${title}: neither undone nor taken further while something outside is away`)] };
}

/** No more than its small share without figures of its own. */
export function tellUncounted({ context }: Scope): Change {
  const title = currentStep(context)?.title ?? 'the step';
  return { outbox: [...context.outbox, trialWords(context, `${title}: keeps the share that it has until its own requests are counted`)] };
}
