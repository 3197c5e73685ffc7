import type { ActivityName, ChangeStarted, InputOf, OperationEnd } from '../activities.ts';
import type { IncidentContext } from '../context.ts';
import { runbook } from '../runbook-setup.ts';

/**
 * How every change is carried out, written once: it is requested, it is waited for until it is in force (accepted is not applied),
 * and a read that fails meanwhile is tried again. The phases name the states and say what is written, what is waited for and what
 * follows; here stands what its failures lead to: nothing was decided, so again shortly; the world is not what was planned for, so
 * look and plan again; a freeze, so wait; a human is needed, so ask; refused by Google for longer, so again slowly; everything else, and
 * the step has failed.
 */

type State = Parameters<typeof runbook.createStateConfig>[0];
type ActionName = Extract<NonNullable<State['entry']>, string>;
type DelayName = keyof NonNullable<State['after']>;

/** An activity and what it is told. */
type Activity<Name extends ActivityName> = {
  [Each in Name]: { readonly src: Each; readonly input: (scope: { readonly context: IncidentContext }) => InputOf<Each> };
}[Name];

interface Exit {
  readonly target: string;
  readonly actions: readonly ActionName[];
}

const RUNBOOK = '#incident.working.runbook';
const LOOK_AND_PLAN = `${RUNBOOK}.assessing.observing`;
const ASK = `${RUNBOOK}.awaitingOperator`;

/** A change that fails is undone: it alone, and what other steps have made stays. */
export const UNDONE: Exit = { target: `${RUNBOOK}.undoing`, actions: [] };
/** What cannot be undone is for people. */
export const HANDED_OVER: Exit = { target: `${RUNBOOK}.following`, actions: ['raiseEscalation'] };

interface Request {
  readonly phase: 'capacity' | 'services';
  readonly description: string;
  readonly rollback: string;
  /** What is noted before it is sent. */
  readonly notes: readonly ActionName[];
  readonly activity: Activity<'scaleConnector' | 'boundInstances' | 'pinTraffic' | 'deployService' | 'shiftTraffic'>;
  readonly accepted: string;
  /** Somebody else's operation is under way on the resource: where that is waited for. Missing: it is a conflict like any other. */
  readonly busy?: string;
  /** A conflict: the step is planned anew, or tried again where it is half made, and only another hand in it sends it back. */
  readonly conflict: 'plan again' | 'try again';
  readonly failed: Exit;
}

/** The resource is read again, then the change is sent under what was read; a write has one try in here. */
export function request({ phase, description, rollback, notes, activity, accepted, busy, conflict, failed }: Request) {
  const pause = { target: `${RUNBOOK}.${phase}.pausing`, actions: 'noteAttempt' } as const;
  const whenBusy =
    busy === undefined ? [] : [{ guard: 'failedBusy', target: `${RUNBOOK}.${phase}.${busy}`, actions: 'noteConflict' } as const];
  const whenStale = [
    { guard: 'failedStaleTooOften', target: ASK, actions: ['noteConflict', 'recordFailure'] },
    { guard: 'failedStale', target: LOOK_AND_PLAN, actions: 'noteConflict' },
  ] as const;
  const whenTheirs = [{ guard: 'failedForeign', target: LOOK_AND_PLAN, actions: 'noteConflict' }] as const;
  // Half made, it is tried on like any other; when that is in vain, what is in force of it is put back.
  const whenRefused = {
    guard: conflict === 'plan again' ? 'refusedForNow' : 'shiftMayPass',
    target: pause.target,
    actions: 'noteRefusal',
  } as const;
  return runbook.createStateConfig({
    description,
    tags: ['mutating'],
    meta: { owner: 'firebreak', rollback },
    entry: ['beginWrite', ...notes],
    exit: 'endWrite',
    invoke: {
      ...activity,
      onDone: { target: accepted, actions: { type: 'recordChange', params: startedOf } },
      onError: [
        ...whenBusy,
        ...(conflict === 'plan again' ? whenStale : whenTheirs),
        { guard: 'failedFrozen', target: `${RUNBOOK}.${phase}.waitingForThaw`, actions: 'tellFreeze' },
        { guard: conflict === 'plan again' ? 'failedForNow' : 'failedForNowOrConflict', ...pause },
        { guard: 'failedForHuman', target: ASK, actions: 'recordFailure' },
        whenRefused,
        { target: failed.target, actions: ['recordFailure', ...failed.actions] },
      ],
    },
    after: { ACTIVITY_LIMIT: pause },
  });
}

interface Awaited {
  readonly description: string;
  readonly gate: string;
  readonly activity: Activity<'awaitConnector' | 'awaitBounds' | 'awaitRevision' | 'awaitTraffic'>;
  /** What is in force, the special case first. `recordTrafficInForce`: users meet it from now on. */
  readonly inForce: readonly {
    readonly guard?: 'canaryInForce';
    readonly target: string;
    readonly record: 'recordEnd' | 'recordTrafficInForce';
    readonly then: readonly ActionName[];
  }[];
  /** Where it waits before it reads again. */
  readonly again: string;
  readonly limit: DelayName;
  /** What has not come in force by then, for people. */
  readonly what: string;
  /** Whether another hand in it sends it back to a look; where not, that is a failure like any other. */
  readonly minds: boolean;
  readonly failed: Exit;
}

/** Accepted is not applied: until it is seen in force, has ended badly, or its time is over. */
export function awaited({ description, gate, activity, inForce, again, limit, what, minds, failed }: Awaited) {
  const { target } = failed;
  const whenTheirs = minds ? [{ guard: 'failedForeign', target: LOOK_AND_PLAN, actions: 'noteConflict' } as const] : [];
  return runbook.createStateConfig({
    description,
    tags: ['waiting'],
    meta: { owner: 'google', gate },
    invoke: {
      ...activity,
      onDone: [
        ...inForce.map(
          (end) =>
            ({
              guard: { type: end.guard ?? 'operationOk', params: endOf },
              target: end.target,
              actions: [{ type: end.record, params: endOf }, ...end.then],
            }) as const,
        ),
        { target, actions: [{ type: 'recordBadEnd', params: endOf }, ...failed.actions] },
      ],
      onError: [
        ...whenTheirs,
        { guard: 'failedForNow', target: again, actions: 'countAttempt' },
        { target, actions: ['recordFailure', ...failed.actions] },
      ],
    },
    after: { [limit]: { target, actions: [{ type: 'rememberOverdue', params: { what } } as const, ...failed.actions] } },
  });
}

interface Judged {
  /** Its own name, to begin anew while it is held. */
  readonly state: string;
  readonly description: string;
  readonly gate: string;
  readonly rollback: string;
}

/** In force, and judged by what follows: not worse, and the next step is chosen; worse, and it alone is undone; untold, and people say. */
export function judged({ state, description, gate, rollback }: Judged) {
  return runbook.createStateConfig({
    description,
    tags: ['waiting'],
    meta: { owner: 'services', gate, rollback },
    always: [
      { guard: 'escalated', target: `${RUNBOOK}.following` },
      { guard: 'takenOverByHand', target: 'choosing', actions: 'endTrial' },
      { guard: 'nothingSent', target: 'choosing', actions: ['finishStep', 'endTrial'] },
      { guard: 'trialFailed', target: UNDONE.target, actions: 'rememberWorse' },
      { guard: 'trialPassed', target: 'choosing', actions: ['tellNotWorse', 'finishStep', 'endTrial'] },
    ],
    after: {
      TRIAL_LIMIT: [
        { guard: 'isHeld', target: state, reenter: true },
        { target: ASK, actions: ['rememberUntold', 'endTrial'] },
      ],
    },
  });
}

/** What is waited for could not be read: it is read again shortly, or when a human says so. `deadline`: of the phase. */
export function readAgain(description: string, target: string, deadline: string) {
  return runbook.createStateConfig({
    description,
    tags: ['waiting'],
    meta: { owner: 'google', deadline },
    on: { RETRY: target },
    after: { RETRY: target },
  });
}

const startedOf = ({ event }: { readonly event: { readonly output: ChangeStarted } }): ChangeStarted => event.output;
const endOf = ({ event }: { readonly event: { readonly output: OperationEnd } }): OperationEnd => event.output;
