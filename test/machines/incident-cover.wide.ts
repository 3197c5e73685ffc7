import { transition } from 'xstate';
import type { AnyMachineSnapshot } from 'xstate';
import { expect, test } from 'vitest';
import type { ActivityName } from '../../machines/incident/activities.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import * as guards from '../../machines/incident/guards.ts';
import * as trialGuards from '../../machines/incident/trial/trial-guards.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { everyState } from '../../machines/outline.ts';
import { ANSWERS, FAILURES, INPUT, MINUTE, SAID, STARTED_AT, TRIED } from './incident-samples.ts';
import { ENDING_WAYS } from './ending-ways.ts';
import { PRESENT_WAYS } from './present-ways.ts';
import { USERS_WAYS } from './users-ways.ts';
import { REFUSED_WAYS } from './refused-ways.ts';
import { SHARE_WAYS } from './share-ways.ts';
import { TAKEOVER_WAYS } from './takeover-ways.ts';
import { CAUGHT_UP } from './telling-ways.ts';
import { walk, waysTaken } from './walk.ts';

const activityById = new Map(
  everyState(incidentMachine.root).flatMap(({ invoke }) => invoke.map(({ id, src }) => [id, src as ActivityName])),
);

/** Guards but those that are asked only about a look in the instant it is taken: an old look says nothing there. */
const {
  foreignChangeSeen: _1,
  foreignChangeNoted: _2,
  foreignChangeNews: _3,
  restoredInForce: _4,
  windowMoves: _5,
  goalsAgreed: _6,
  goalsLost: _7,
  soakBroken: _8,
  changeNoted: _9,
  changeOfAdopted: _10,
  heldForAdopted: _11,
  heldForElsewhere: _12,
  ...lasting
} = guards;
const LASTING = [...Object.values(lasting), ...Object.values(trialGuards)];

/** By event type: into how many ways it can lead. With one way, one failure shows it. */
const branches = new Map(
  everyState(incidentMachine.root).flatMap(({ transitions }) => [...transitions].map(([type, ways]) => [type, ways.length])),
);

/** Lies behind failed tries and a human's answer: too deep for a walk of bounded length, so it is taken by itself below. */
const AFTER_A_STUCK_RESTORE = [
  'working.runbook.awaitingOperator | RETRY [restoreLeft] -> working.runbook.restoring',
  'working.runbook.awaitingOperator | RETRY [undoLeft] -> working.runbook.undoing',
];

/** Changes by others that hold nothing, some with a human's word before them: taken by themselves in concerned-change.test.ts. */
const CHANGES_LET_THROUGH = [
  'working.operator.active | OBSERVED [changeNoted] -> (stays)',
  'working.operator.held | OBSERVED [changeNoted] -> (stays)',
  'working.operator.active | OBSERVED [changeOfAdopted] -> (stays)',
  'working.operator.held | OBSERVED [heldForAdopted] -> working.operator.active',
  'working.operator.held | OBSERVED [heldForElsewhere] -> working.operator.active',
];

/** A case, a human's retry, and recovery after it: likewise. */
const AFTER_A_RETRIED_CASE = [
  'working.escalation.watching | always [recoveredWithCase] -> working.escalation.closingCase',
  'working.escalation.escalated.choosing | always [caseIsOpen] -> working.escalation.escalated.following',
];

const OPENED_WAYS = [...PRESENT_WAYS, ...ENDING_WAYS, ...REFUSED_WAYS, ...USERS_WAYS, ...SHARE_WAYS];

/** Somebody else's operation, or a channel that is down, and a human who does not want to wait: likewise. */
const RETRIED_WAITS = [
  ['working.runbook.capacity.connectorBusy | RETRY -> working.runbook.capacity.choosing', { runbook: { capacity: 'connectorBusy' } }],
  ['working.telling.pausing | RETRY -> working.telling.quiet', { telling: 'pausing' }],
] as const;

const plan = { input: INPUT, startedAt: STARTED_AT, stepMs: MINUTE, eventsFor, keyOf, kindOf, inspect, mostEvents: 300_000 };
/** First a run that nobody disturbs, which gets far soon; then with people, who may say anything at any time. */
const undisturbed = walk(incidentMachine, {
  ...plan,
  eventsFor: (snapshot, accepted) => eventsFor(snapshot, accepted).filter(isUndisturbed),
  mostEvents: 60_000,
});
const TAKEN_ELSEWHERE = [
  ...AFTER_A_STUCK_RESTORE,
  ...CHANGES_LET_THROUGH,
  ...AFTER_A_RETRIED_CASE,
  ...TAKEOVER_WAYS.map(({ way }) => way),
  ...OPENED_WAYS.map(({ way }) => way),
  ...RETRIED_WAITS.map(([way]) => way),
  CAUGHT_UP,
];
const ENTERED_ELSEWHERE = new Set(OPENED_WAYS.map(({ way }) => way.split(' -> ').at(-1)!));
const withPeople = walk(incidentMachine, {
  ...plan,
  eventsFor: (snapshot, accepted) => eventsFor(snapshot, accepted).filter(isOrdinary),
  wanted: undisturbed.missing.filter((way) => !TAKEN_ELSEWHERE.includes(way)),
  wantedStates: undisturbed.neverEntered.filter((path) => !ENTERED_ELSEWHERE.has(path)),
});

test('a retry asked for while traffic is still to be put back goes on putting it back', () => {
  const traffic = { kind: 'traffic' as const, service: 'backend', traffic: [], generation: '1' };
  const pin = {
    key: 'k',
    stepId: 'pin:backend',
    title: 'Pin',
    class: 'reversible' as const,
    at: STARTED_AT + 1,
    outcome: 'applied' as const,
  };
  const mutations = [{ ...pin, before: traffic, after: traffic, operation: null, undo: '' }];
  const context = { ...initialContext(INPUT), mutations, restoreQueue: [{ service: 'backend', traffic: [] }] };
  const places = { watch: 'resting', escalation: 'watching', operator: 'active', telling: 'quiet' };
  const stuck = incidentMachine.resolveState({ value: { working: { ...places, runbook: 'awaitingOperator' } }, context });
  const event = { type: 'RETRY' as const, by: 'ann', at: STARTED_AT + MINUTE };
  const [next] = transition(incidentMachine, stuck, event);
  expect(next.matches({ working: { runbook: 'restoring' } })).toBe(true);
  const halfUndone = { ...context, undoing: 'pin:backend', stepId: 'pin:backend' };
  const [undo] = transition(incidentMachine, incidentMachine.resolveState({ value: stuck.value, context: halfUndone }), event);
  expect(undo.matches({ working: { runbook: 'undoing' } })).toBe(true);
  const [other] = transition(
    incidentMachine,
    incidentMachine.resolveState({ value: stuck.value, context: { ...context, restoreQueue: [] } }),
    event,
  );
  expect(other.matches({ working: { runbook: 'assessing' } })).toBe(true);
});

test('a case that is open already is not opened again, nor told to be missing: it gets a comment', () => {
  const supportCase = { name: 'cases/1', text: 'sample', note: null };
  const look = ANSWERS.observe(STARTED_AT)[0]!;
  const context = { ...initialContext(INPUT), look, supportCase, escalation: { reason: 'sample', at: STARTED_AT } };
  const places = { watch: 'resting', escalation: { escalated: 'preparing' }, operator: 'active', telling: 'quiet' };
  const again = incidentMachine.resolveState({ value: { working: { ...places, runbook: 'following' } }, context });
  const answer = { type: 'xstate.done.actor.prepare', output: { text: 'sample', keptAt: null }, at: STARTED_AT + MINUTE };
  const [id] = [...activityById].find(([, src]) => src === 'prepareCase')!;
  const [next] = transition(incidentMachine, again, { ...answer, type: `xstate.done.actor.${id}` } as never);
  expect(next.matches({ working: { escalation: { escalated: 'commenting' } } })).toBe(true);
  expect((next.context as IncidentContext).outbox).toEqual([]);
});

test('a case that was open when a human wanted another try is closed when that ends in recovery', () => {
  const supportCase = { name: 'cases/1', text: 'sample', note: null };
  const context = { ...initialContext(INPUT), supportCase, recoveryProven: true };
  const places = { watch: 'resting', escalation: 'watching', operator: 'active', telling: 'quiet' };
  const proven = incidentMachine.resolveState({ value: { working: { ...places, runbook: 'proven' } }, context });
  const [next] = transition(incidentMachine, proven, {
    type: 'HOLD' as const,
    by: 'ann',
    reason: 'wait',
    at: STARTED_AT + MINUTE,
  } as never);
  expect(next.matches({ working: { escalation: 'closingCase' } })).toBe(true);
});

test.each(RETRIED_WAITS)('%s', (way, place) => {
  const places = { watch: 'resting', escalation: 'watching', operator: 'active', telling: 'quiet', runbook: 'following', ...place };
  const waits = incidentMachine.resolveState({ value: { working: places }, context: initialContext(INPUT) } as never);
  expect(waysTaken(incidentMachine, waits, { type: 'RETRY', by: 'ann', at: STARTED_AT + MINUTE } as never)).toContain(way);
});

test.each(OPENED_WAYS.map((each) => [each.way, each] as const))('%s', (way, { at, escalation = 'watching', context, event }) => {
  const places = { watch: 'resting', escalation, operator: 'active', telling: 'saying' };
  const situation = incidentMachine.resolveState({ value: { working: { ...places, runbook: at } }, context } as never);
  expect(waysTaken(incidentMachine, situation, event)).toContain(way);
});

test('every transition of the chart can be taken', () => {
  expect(withPeople.missing, 'an impossible guard order, a dead branch, or a sample answer that is missing in incident-samples.ts').toEqual(
    [],
  );
});

test('every state can be entered', () => {
  expect(withPeople.neverEntered).toEqual([]);
});

test('what a run remembers survives JSON, every wait has a length, and no guard or assign throws', () => {
  expect([...undisturbed.faults, ...withPeople.faults]).toEqual([]);
  expect(undisturbed.situations + withPeople.situations).toBeGreaterThan(100);
});

function eventsFor(snapshot: AnyMachineSnapshot, accepted: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  const { value, context } = snapshot;
  const at = latestInstant(context as IncidentContext) + MINUTE;
  return accepted
    .filter((type) => isNext(type, value) && (tries(snapshot) === 0 || isFailing(type)))
    .flatMap((type): readonly Readonly<Record<string, unknown>>[] => {
      const [, answer, id] = /^xstate\.(done|error)\.actor\.(.*)$/.exec(type) ?? [];
      if (answer === 'error') return FAILURES.slice(0, branches.get(type) === 1 ? 1 : FAILURES.length).map((error) => ({ type, error }));
      if (answer === 'done') return answersOf(activityById.get(id!)!, at, context as IncidentContext).map((output) => ({ type, output }));
      if (Object.hasOwn(SAID, type)) return SAID[type as keyof typeof SAID];
      // It may be said anywhere and leads nowhere: once is enough.
      if (type === 'TIME.AWAY') return (context as IncidentContext).look === null ? [{ type, awayMs: 27 * MINUTE }] : [];
      return type.startsWith('xstate.') ? [{ type }] : [];
    });
}

/** A look is also about the change that is being watched: whatever it may have come to. */
function answersOf(name: ActivityName, at: number, { trial }: IncidentContext): readonly unknown[] {
  const answers = ANSWERS[name](at);
  if (name !== 'observe' || trial === null) return answers;
  return TRIED.map(({ look, seen }) => ({ ...answers[look], trial: { ...trial, ...seen } }));
}

function isUndisturbed(event: Readonly<Record<string, unknown>>): boolean {
  if (event['type'] === 'APPROVE') return true;
  const look: unknown = event['output'];
  const isForeign = typeof look === 'object' && look !== null && 'foreignChange' in look && look.foreignChange !== null;
  return !isForeign && !Object.hasOwn(SAID, String(event['type']));
}

/** Every kind of failure has been met by then: two are enough to get to where people have something to say. */
function isOrdinary({ error }: Readonly<Record<string, unknown>>): boolean {
  const kind: unknown = typeof error === 'object' && error !== null && 'kind' in error ? error.kind : null;
  return kind === null || kind === 'transient' || kind === 'terminal' || kind === 'human';
}

/** Telling and looking touch the other regions only when they end, so nothing is lost when each ends before anything else happens. */
function isNext(type: string, value: AnyMachineSnapshot['value']): boolean {
  if (typeof value === 'string') return true;
  const { watch, telling } = value['working'] as Readonly<Record<string, unknown>>;
  if (telling !== 'quiet') return type.includes('.telling');
  return watch !== 'looking' || type.includes('.watch');
}

/** A restore that has failed once is tried until nothing is left to try; going well at once is tried elsewhere. */
function isFailing(type: string): boolean {
  return /^RETRY$|(?:error\.actor|after\.RETRY).*\.restoring|\.telling|(?:done\.actor).*\.watch/.test(type);
}

/** A look is taken after everything that the run already remembers. */
function latestInstant({ look, lastWriteAt, lookBeganAt }: IncidentContext): number {
  return Math.max(look?.at ?? 0, lastWriteAt, lookBeganAt);
}

/** Where the run is, and what each guard would say: two situations alike in both go on alike, but for what is being counted. */
function keyOf(snapshot: AnyMachineSnapshot): string {
  const { value, context } = snapshot;
  const { outcome, supportCase } = context as IncidentContext;
  if (typeof value === 'string') return `${value} ${outcome} ${supportCase?.name != null}`;
  return JSON.stringify([value, LASTING.map((guard) => answerOf(guard, context)), counted(snapshot)]);
}

/** By runbook, escalation and operator: what is being looked at and said meanwhile matters less. */
function kindOf(snapshot: AnyMachineSnapshot): string {
  const { value } = snapshot;
  if (typeof value === 'string') return keyOf(snapshot);
  const { runbook, escalation, operator } = value['working'] as Readonly<Record<string, unknown>>;
  return JSON.stringify([
    runbook,
    escalation,
    operator,
    tries(snapshot) > 0,
    (snapshot.context as IncidentContext).restoreQueue.length > 0,
  ]);
}

function counted(snapshot: AnyMachineSnapshot): readonly unknown[] {
  const { streak, stepsDone, restoreQueue, share } = snapshot.context as IncidentContext;
  return [share, streak.lastPassAt !== null, Math.min(streak.relapses, 2), stepsDone.length, restoreQueue.length, tries(snapshot)];
}

/** Only a restore goes on trying until its tries are used up; every other activity can also fail for good at once. */
function tries({ value, context }: AnyMachineSnapshot): number {
  const { attempts, settings } = context as IncidentContext;
  return JSON.stringify(value).includes('"restoring"') ? Math.min(attempts, settings.attempts + 2) : 0;
}

function answerOf(guard: (scope: never, params: never) => boolean, context: unknown): boolean | null {
  try {
    return guard({ context, event: {} } as never, undefined as never);
  } catch {
    // It asks about the answer of an activity, and there is none here.
    return null;
  }
}

function inspect({ status, context, error }: AnyMachineSnapshot, actions: readonly { type: string; params: unknown }[]): readonly string[] {
  if (status === 'error') return [`threw ${String(error)}`];
  const faults = actions.flatMap(({ type, params }) => {
    const delay: unknown =
      type === 'xstate.raise' && typeof params === 'object' && params !== null ? Reflect.get(params, 'delay') : undefined;
    return delay === undefined || (typeof delay === 'number' && delay >= 0) ? [] : [`a wait of ${String(delay)} ms`];
  });
  const lost = Object.entries(context as object).filter(
    ([, value]) => JSON.stringify(JSON.parse(JSON.stringify(value) ?? 'null')) !== JSON.stringify(value) || hasLoss(value),
  );
  return [...faults, ...lost.map(([name]) => `context.${name} does not survive JSON`)];
}

/** `undefined`, NaN, functions, dates and class instances come back from a record as something else. */
function hasLoss(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return false;
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.some(hasLoss);
  return Object.getPrototypeOf(value) !== Object.prototype || Object.values(value).some(hasLoss);
}
