import { transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import type { Expected, Look } from '../../machines/incident/activities.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { driftOf, notedIn } from '../../machines/incident/others/drift.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { holdForChange } from '../../machines/incident/others/holding.ts';
import { adoptFrom } from '../../machines/incident/people/operator-actions.ts';
import { everyState } from '../../machines/outline.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from './incident-samples.ts';

const TRAFFIC = [{ latest: true, revision: 'backend-1', percent: 100, tag: null }];
const KNOWN: Expected = {
  connectors: { c: { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' } },
  services: { auth: '1', backend: '1', frontend: '1' },
  traffic: { auth: TRAFFIC, backend: TRAFFIC, frontend: TRAFFIC },
  content: { auth: 'a', backend: 'b', frontend: 'f' },
};
const PLAN = ANSWERS.plan(STARTED_AT)[0]!;

function seeing(seen: Partial<Expected>, more: Partial<IncidentContext> = {}, actor: string | null = 'pipeline'): IncidentContext {
  const configuration = { ...KNOWN, ...seen };
  const foreignChange = { subject: 'service:backend', diff: ['- generation: 1', '+ generation: 2', '+ label cost: team-a'], actor };
  const look: Look = { ...ANSWERS.observe(STARTED_AT + MINUTE)[1]!, configuration, foreignChange };
  return { ...initialContext(INPUT), expected: KNOWN, plan: PLAN, look, ...more };
}
const changed = (name: string, to = '2'): Expected['services'] => ({ ...KNOWN.services, [name]: to });
const hold = (context: IncidentContext): IncidentContext => ({
  ...context,
  ...holdForChange({ context, event: { type: 'OBSERVED', at: STARTED_AT } }),
});

describe('a change by others concerns the run', () => {
  test.each<[string, IncidentContext, readonly string[], readonly string[]]>([
    ['not, when labels alone of what it writes were changed', seeing({ services: changed('backend') }), [], ['backend']],
    [
      'when the settings of what it writes were changed',
      seeing({ services: changed('backend'), content: { ...KNOWN.content, backend: 'x' } }),
      ['service:backend'],
      [],
    ],
    [
      'when traffic of what it writes was moved',
      seeing({ services: changed('backend'), traffic: { ...KNOWN.traffic, backend: [] } }),
      ['service:backend'],
      [],
    ],
    ['when it is not known what was changed', seeing({ services: changed('backend'), content: {} }), ['service:backend'], []],
    [
      'when what it depends on was changed',
      seeing({ services: changed('auth'), content: { ...KNOWN.content, auth: 'x' } }),
      ['service:auth'],
      [],
    ],
    [
      'not, when it is about what it neither writes nor depends on',
      seeing({ services: changed('frontend'), content: { ...KNOWN.content, frontend: 'x' } }),
      [],
      ['frontend'],
    ],
    [
      'in everything, before there is a plan',
      seeing({ services: changed('frontend'), content: { ...KNOWN.content, frontend: 'x' } }, { plan: null }),
      ['service:frontend'],
      [],
    ],
  ])('%s', (_what, context, drift, noted) => {
    expect(driftOf(context)).toEqual(drift);
    expect(notedIn(context)).toEqual(noted);
  });

  test('what does not is told once, known from then on, and holds nothing', () => {
    const context = seeing({ services: changed('backend') });
    const value = {
      working: { runbook: { capacity: 'settling' }, watch: 'resting', escalation: 'watching', operator: 'active', telling: 'pausing' },
    };
    const at = incidentMachine.resolveState({ value, context });
    const [next] = transition(incidentMachine, at, { type: 'OBSERVED', at: STARTED_AT + MINUTE });
    const after = next.context;
    expect(after.held).toBeNull();
    expect(after.expected?.services['backend']).toBe('2');
    expect(after.outbox.join('\n')).toMatch(/noted, not held for: service:backend was changed by pipeline, .*: \+ label cost: team-a\.$/);
    expect(notedIn(after)).toEqual([]);
  });

  test('nor does it end a hold: it is told and known meanwhile', () => {
    const byHuman = { by: 'ann', human: true, reason: 'wait', at: STARTED_AT, change: null };
    const value = {
      working: {
        runbook: { capacity: 'waitingForRelease' },
        watch: 'resting',
        escalation: 'watching',
        operator: 'held',
        telling: 'pausing',
      },
    };
    const at = incidentMachine.resolveState({ value, context: seeing({ services: changed('backend') }, { held: byHuman }) });
    const [next] = transition(incidentMachine, at, { type: 'OBSERVED', at: STARTED_AT + MINUTE });
    expect(next.context.held).toEqual(byHuman);
    expect(next.context.expected?.services['backend']).toBe('2');
  });
});

test.each([
  ['a revision by name', [{ latest: false, revision: 'backend-1', percent: 100, tag: null }], true],
  ['whatever is newest', TRAFFIC, false],
])('what is deployed while all traffic goes to %s by this run: that it serves nobody is said where it is so', (_what, traffic, isDark) => {
  const state = { kind: 'traffic' as const, service: 'backend', traffic, generation: '2' };
  const pinned = {
    key: 'k',
    stepId: 'pin:backend',
    title: 'Pin',
    class: 'reversible',
    at: STARTED_AT,
    outcome: 'applied',
    end: 'in-force',
  } as const;
  const now = { ...KNOWN.traffic, backend: traffic };
  const context = seeing(
    { services: changed('backend'), content: { ...KNOWN.content, backend: 'x' }, traffic: now },
    { expected: { ...KNOWN, traffic: now }, mutations: [{ ...pinned, before: state, after: state, operation: null, undo: '' }] },
  );
  expect(hold(context).outbox.join(' ').includes('gets no traffic of backend while what this run has done stands')).toBe(isDark);
});

describe('a service that the document lets the run change', () => {
  const theirs = { services: changed('frontend'), content: { ...KNOWN.content, frontend: 'x' } };
  const onFrontend = { ...PLAN.steps[0]!, id: 'pin:frontend', kind: 'pin' as const, decision: 'skip' as const, change: null };
  const pin = PLAN.steps.find(({ kind }) => kind === 'pin')!;
  const planned = (...steps: readonly (typeof pin)[]): Partial<IncidentContext> => ({
    plan: { ...PLAN, steps: [...steps, onFrontend], question: null },
    stepsDone: [],
  });
  const ill = {
    at: STARTED_AT,
    services: { frontend: { probes: 'ill', requests: 'ill', deaths: 'silent', platform: 'silent', logs: 'silent' } },
  } as const;

  test.each<[string, Partial<IncidentContext>, readonly string[]]>([
    ['holds nothing where it is well and the step in hand is about another', planned(pin), []],
    [
      'holds where a step on it is to be made',
      planned(pin, { ...pin, id: 'pin:frontend', change: { ...pin.change!, service: 'frontend' } as never }),
      ['service:frontend'],
    ],
    ['holds where it is not well', { ...planned(pin), witnessed: [ill] }, ['service:frontend']],
    ['holds where a step changes what others share', planned(...PLAN.steps.filter(({ kind }) => kind !== 'deploy')), ['service:frontend']],
    [
      'holds where the run has changed it',
      { ...planned(pin), restoreQueue: [{ service: 'frontend', traffic: [] }] as never },
      ['service:frontend'],
    ],
  ])('%s', (_what, more, drift) => {
    expect(driftOf(seeing(theirs, more))).toEqual(drift);
  });

  test.each([
    ['calls', 'frontend', 'backend'],
    ['is called by', 'backend', 'frontend'],
  ])('holds where it %s the one in hand', (_what, name, needs) => {
    const context = seeing(theirs, planned(pin));
    const services = [...context.settings.services, { ...context.settings.services[0]!, name: 'frontend', dependsOn: [] as string[] }];
    const bound = services.map((each) => (each.name === name ? { ...each, dependsOn: [needs] } : each));
    expect(driftOf({ ...context, settings: { ...context.settings, services: bound } })).toEqual(['service:frontend']);
  });

  const operatorAfter = (context: IncidentContext): IncidentContext => {
    const value = {
      working: {
        runbook: { capacity: 'waitingForRelease' },
        watch: 'resting',
        escalation: 'watching',
        operator: 'held',
        telling: 'pausing',
      },
    };
    const at = incidentMachine.resolveState({ value, context });
    return transition(incidentMachine, at, { type: 'OBSERVED', at: STARTED_AT + 2 * MINUTE })[0].context;
  };

  test('was held for before it was known what is to be done: a ripe step on another one goes on, and a step on it asks first', () => {
    const held = { ...hold(seeing(theirs, { plan: null })), changesSeen: { 'service:frontend': { by: 'pipeline', at: STARTED_AT } } };
    expect(held.held?.change?.subjects).toEqual(['service:frontend']);
    const after = operatorAfter({ ...held, ...planned(pin) });
    expect(after.held).toBeNull();
    expect(after.adopted).toHaveProperty('traffic:frontend');
    expect(after.outbox.at(-1)).toMatch(
      /noted, not held for: service:frontend was changed by pipeline, .* the run goes on, and asks before a step of its own on it/,
    );
  });

  test('stays held for where nothing is left to do, and where a human holds the run', () => {
    const held = { ...hold(seeing(theirs, { plan: null })), changesSeen: { 'service:frontend': { by: 'pipeline', at: STARTED_AT } } };
    expect(operatorAfter({ ...held, ...planned() }).held).not.toBeNull();
    expect(operatorAfter({ ...held, ...planned(pin), held: { ...held.held!, human: true } }).held).toMatchObject({ human: true });
  });
});

describe('what was changed after the run was started and before the service was first seen', () => {
  const value = {
    working: { runbook: { assessing: 'observing' }, watch: 'looking', escalation: 'watching', operator: 'active', telling: 'quiet' },
  };
  const foreignChange = { subject: 'service:backend', diff: ['? changed'], actor: 'ann' };
  const first = { ...ANSWERS.observe(STARTED_AT + MINUTE)[1]!, configuration: KNOWN, foreignChange, changedSinceStart: ['backend'] };

  test.each<[string, Expected | null]>([
    ['the whole run', null],
    ['a service that was not readable so far', { ...KNOWN, services: { ...KNOWN.services, backend: null }, traffic: {}, content: {} }],
  ])('holds %s, and is adopted like any other', (_what, expected) => {
    const at = incidentMachine.resolveState({ value, context: { ...initialContext(INPUT), expected } });
    const [id] = everyState(incidentMachine.root).flatMap(({ invoke }) =>
      invoke.filter(({ src }) => src === 'observe').map((each) => each.id),
    );
    const [next] = transition(incidentMachine, at, { type: `xstate.done.actor.${id}`, output: first, at: STARTED_AT + MINUTE } as never);
    expect(next.context.held).toMatchObject({ by: 'ann', human: false });
    expect(next.context.outbox.join('\n')).toContain('service:backend was changed, not by this run: ? changed');
    expect(driftOf(next.context)).toEqual(['service:backend']);
    const [adopted] = transition(incidentMachine, next, { type: 'ADOPT', by: 'bob', at: STARTED_AT + 2 * MINUTE } as never);
    expect(adopted.context.held).toBeNull();
    expect(driftOf(adopted.context)).toEqual([]);
    expect(Object.keys(adopted.context.adopted)).toContain('traffic:backend');
  });
});

describe('one who changes things again and again', () => {
  const again = (context: IncidentContext, generation: string): IncidentContext => {
    const next = seeing({ services: changed('backend', generation), content: { ...KNOWN.content, backend: generation } });
    return hold({ ...context, look: next.look });
  };

  test('is named once, with what to do, and then counted', () => {
    const one = hold(seeing({ services: changed('backend'), content: { ...KNOWN.content, backend: 'x' } }));
    const many = ['3', '4', '5', '6'].reduce(again, one);
    expect(many.outbox).toHaveLength(2);
    expect(many.outbox[1]).toContain('pause the pipeline of pipeline, or `firebreak adopt --from pipeline`');
    expect(many.held?.change?.count).toBe(5);
  });

  const operatorAfter = (context: IncidentContext, operator: 'active' | 'held'): IncidentContext => {
    const value = {
      working: { runbook: { capacity: 'waitingForRelease' }, watch: 'resting', escalation: 'watching', operator, telling: 'pausing' },
    };
    const [next] = transition(incidentMachine, incidentMachine.resolveState({ value, context }), {
      type: 'OBSERVED',
      at: STARTED_AT + MINUTE,
    });
    return next.context;
  };
  const theirs = { services: changed('backend'), content: { ...KNOWN.content, backend: 'x' } };

  test('holds the run no more once a human has adopted what they change, and what they change stays theirs', () => {
    const wished = adoptFrom({ context: seeing({}), event: { type: 'ADOPT', by: 'ann', from: 'pipeline', at: STARTED_AT } });
    expect(wished.adoptsFrom).toEqual(['pipeline']);
    const after = operatorAfter(seeing(theirs, { adoptsFrom: ['pipeline'] }), 'active');
    expect(after.held).toBeNull();
    expect(after.adopted).toHaveProperty('traffic:backend');
    expect(operatorAfter(seeing(theirs, { adoptsFrom: ['pipeline'] }, 'somebody'), 'active').held).not.toBeNull();
  });

  test('is let through as soon as the author is known, but never ends what a human holds', () => {
    const held = hold(seeing(theirs, { adoptsFrom: ['pipeline'] }, null));
    const known = seeing(theirs).look;
    expect(operatorAfter({ ...held, look: known }, 'held').held).toBeNull();
    const byHuman = { by: 'ann', human: true, reason: 'wait', at: STARTED_AT, change: null };
    expect(operatorAfter(seeing(theirs, { adoptsFrom: ['pipeline'], held: byHuman }), 'held').held).toMatchObject({ by: 'ann' });
  });
});
