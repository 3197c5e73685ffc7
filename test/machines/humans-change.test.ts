import { transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import type { Expected, Look } from '../../machines/incident/activities.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { Held, IncidentContext } from '../../machines/incident/context.ts';
import { driftOf, isTheirs, notedIn } from '../../machines/incident/others/drift.ts';
import { changeOfAdopted, foreignChangeNews, foreignChangeSeen, mayWrite } from '../../machines/incident/guards.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { holdForChange } from '../../machines/incident/others/holding.ts';
import { release } from '../../machines/incident/people/operator-actions.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from './incident-samples.ts';

const NEW = [{ latest: false, revision: 'backend-2', percent: 100, tag: null }];
const OLD = [{ latest: false, revision: 'backend-1', percent: 100, tag: null }];
const SMALL = { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' };
const LARGE = { ...SMALL, machineType: 'e2-standard-4' };
const KNOWN: Expected = {
  connectors: { c: SMALL },
  services: { auth: '1', backend: '1', frontend: '1' },
  traffic: { auth: OLD, backend: NEW, frontend: OLD },
  content: { auth: 'a', backend: 'b', frontend: 'f' },
};
const ROLLED_BACK: Expected = { ...KNOWN, services: { ...KNOWN.services, backend: '2' }, traffic: { ...KNOWN.traffic, backend: OLD } };
const WRITING: Plan = ANSWERS.plan(STARTED_AT)[0]!;
/** The same steps, none of them needed by the look that it was made on. */
const IDLE: Plan = { ...WRITING, hash: 'idle', steps: WRITING.steps.map((step) => ({ ...step, decision: 'skip', change: null })) };

function looked(seen: Expected, foreignChange: Look['foreignChange'] = null): Look {
  return { ...ANSWERS.observe(STARTED_AT + MINUTE)[2]!, configuration: seen, foreignChange };
}
function seeing(seen: Expected, more: Partial<IncidentContext> = {}): IncidentContext {
  return { ...initialContext(INPUT), expected: KNOWN, plan: IDLE, look: looked(seen), ...more };
}
const held = (context: IncidentContext): IncidentContext => ({
  ...context,
  ...holdForChange({ context, event: { type: 'OBSERVED', at: STARTED_AT } }),
});

describe('what a human does to a service that the document lets the run write', () => {
  test('holds the run, though the plan in hand leaves every step of it out', () => {
    expect(driftOf(seeing(ROLLED_BACK))).toEqual(['service:backend']);
    expect(notedIn(seeing(ROLLED_BACK))).toEqual([]);
  });

  test('does so with the connector too', () => {
    expect(driftOf(seeing({ ...KNOWN, connectors: { c: LARGE } }))).toEqual(['connector:c']);
  });

  test('does not with labels alone, nor with a service that the document lets nobody write', () => {
    const labelled = { ...KNOWN, services: { ...KNOWN.services, backend: '2' } };
    expect(notedIn(seeing(labelled))).toEqual(['backend']);
    const elsewhere = { ...KNOWN, services: { ...KNOWN.services, frontend: '2' }, content: { ...KNOWN.content, frontend: 'x' } };
    expect(notedIn(seeing(elsewhere))).toEqual(['frontend']);
  });

  test('is not written against by a plan made anew on the very look that shows it', () => {
    const value = {
      working: { runbook: { assessing: 'observing' }, watch: 'resting', escalation: 'watching', operator: 'active', telling: 'pausing' },
    };
    const at = incidentMachine.resolveState({ value, context: seeing(ROLLED_BACK) });
    const steps: readonly object[] = [
      { type: 'OBSERVED', at: STARTED_AT + MINUTE },
      { type: 'xstate.done.actor.diagnose', output: ANSWERS.diagnose(STARTED_AT)[0], at: STARTED_AT + MINUTE },
      { type: 'xstate.done.actor.plan', output: WRITING, at: STARTED_AT + MINUTE },
    ];
    const end = steps.reduce<typeof at>((state, step) => transition(incidentMachine, state, named(state, step))[0], at);
    expect(end.context.plan).toBe(WRITING);
    expect(end.value).toMatchObject({ working: { runbook: { capacity: 'waitingForRelease' }, operator: 'held' } });
    expect(end.context.writing).toBe(false);
  });

  test('is in no way of a write, whatever the plan, before the hold is shown', () => {
    for (const plan of [IDLE, WRITING, null]) expect(mayWrite({ context: seeing(ROLLED_BACK, { plan }) })).toBe(false);
  });
});

describe('a change that was accepted', () => {
  const taken = (touches: readonly string[] | undefined): readonly string[] => {
    const told = { subject: 'service:backend', diff: [], actor: 'ann', ...(touches === undefined ? {} : { touches }) };
    const context = held(seeing(ROLLED_BACK, { look: looked(ROLLED_BACK, told) }));
    return Object.keys(release({ context, event: { type: 'ADOPT', by: 'ann', at: STARTED_AT } }).adopted ?? {});
  };

  test.each([[['traffic']], [['traffic', 'template']], [undefined]])('in %j is not changed again without a yes', (touches) => {
    const theirs = taken(touches);
    expect(isTheirs('pin:backend', theirs)).toBe(true);
    expect(isTheirs('deploy:backend', theirs)).toBe(true);
    expect(isTheirs('deploy:auth', theirs)).toBe(false);
  });

  test('is accepted for its actor alone: not with another beside it whose author is not known', () => {
    const told = { subject: 'service:auth', diff: [], actor: 'pipeline' };
    const auth = { services: { ...KNOWN.services, auth: '2' }, content: { ...KNOWN.content, auth: 'x' } };
    const one: Expected = { ...KNOWN, ...auth };
    const both: Expected = { ...ROLLED_BACK, ...auth, services: { ...ROLLED_BACK.services, auth: '2' } };
    const by = (seen: Expected): IncidentContext => seeing(seen, { adoptsFrom: ['pipeline'], look: looked(seen, told) });
    expect(changeOfAdopted({ context: by(one) })).toBe(true);
    expect(changeOfAdopted({ context: by(both) })).toBe(false);
    expect(foreignChangeSeen({ context: by(both) })).toBe(true);
  });
});

describe('while the run is held, a further change is', () => {
  const unsettled = held(seeing({ ...ROLLED_BACK, connectors: {} }, { expected: { ...KNOWN, connectors: {} } }));
  const then = (context: IncidentContext, seen: Expected, more: Partial<IncidentContext> = {}): IncidentContext => ({
    ...context,
    look: looked(seen),
    ...more,
  });
  const change = (context: IncidentContext): Held['change'] => held(context).held!.change;

  test('not a write of ours that has come into force', () => {
    const context = then(unsettled, { ...ROLLED_BACK, connectors: { c: LARGE } }, { expected: { ...KNOWN, connectors: { c: LARGE } } });
    expect(foreignChangeNews({ context })).toBe(false);
  });

  test('not a label, and not a look that could not read it', () => {
    const labelled = { ...ROLLED_BACK, services: { ...ROLLED_BACK.services, backend: '3' } };
    expect(foreignChangeNews({ context: then(unsettled, labelled) })).toBe(false);
    const unread = { ...ROLLED_BACK, services: { ...ROLLED_BACK.services, backend: null } };
    expect(foreignChangeNews({ context: then(unsettled, unread) })).toBe(false);
  });

  test('the same once more: counted, and told as that', () => {
    const context = then(unsettled, {
      ...KNOWN,
      services: { ...KNOWN.services, backend: '3' },
      traffic: { ...KNOWN.traffic, backend: [] },
    });
    expect(foreignChangeNews({ context })).toBe(true);
    expect(change(context)?.count).toBe(2);
    expect(held(context).outbox.at(-1)).toContain('changed again while the run is held');
  });

  test('something else beside it: told, and not as changed again', () => {
    const auth = { services: { ...ROLLED_BACK.services, auth: '2' }, content: { ...KNOWN.content, auth: 'x' } };
    const context = then(unsettled, { ...ROLLED_BACK, ...auth });
    expect(foreignChangeNews({ context })).toBe(true);
    expect(change(context)).toMatchObject({ subjects: ['service:auth', 'service:backend'], count: 1 });
    expect(held(context).outbox.at(-1)).toMatch(/still held: service:auth, service:backend changed, not by this run/);
    const told = { subject: 'service:backend', diff: ['+ by hand'], actor: 'ann' };
    const named = held({ ...context, look: looked(context.look!.configuration, told) });
    expect(named.outbox.at(-1)).toContain('+ by hand (by ann); service:auth changed too, not by this run. Decide');
  });

  test('no change when its author becomes known, and that is told at once', () => {
    const told = { subject: 'service:backend', diff: ['+ by hand'], actor: 'ann' };
    const context = { ...then(unsettled, ROLLED_BACK), look: looked(ROLLED_BACK, told) };
    expect(foreignChangeNews({ context })).toBe(true);
    expect(change(context)?.count).toBe(1);
    expect(held(context).outbox.at(-1)).toMatch(
      /held since .*: service:backend was changed, not by this run: \+ by hand \(by ann\), as is known now. The question is the same/,
    );
    expect(foreignChangeNews({ context: held(context) })).toBe(false);
  });

  test('told with what it was and by whom, of the connector as of a service', () => {
    const told = { subject: 'connector:c', diff: ['- machineType: e2-micro', '+ machineType: e2-standard-4'], actor: 'ann' };
    const seen = { ...KNOWN, connectors: { c: LARGE } };
    const words = held(seeing(seen, { look: looked(seen, told) })).outbox.at(-1);
    expect(words).toContain('connector:c was changed, not by this run: - machineType: e2-micro + machineType: e2-standard-4 (by ann)');
  });
});

/** The answer of an activity goes by the id under which the state invoked it. */
function named(
  state: { readonly _nodes: readonly { readonly invoke: readonly { readonly id: string; readonly src: unknown }[] }[] },
  event: object,
) {
  const type = String(Reflect.get(event, 'type'));
  const src = type.replace('xstate.done.actor.', '');
  const id = state._nodes.flatMap(({ invoke }) => invoke).find((invoked) => invoked.src === src)?.id;
  return { ...event, type: id === undefined ? type : `xstate.done.actor.${id}` } as { readonly type: 'OBSERVED'; readonly at: number };
}
