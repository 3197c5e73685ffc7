import type { ActivityName, ChangeStarted, Look, OperationEnd, OutputOf } from '../../machines/incident/activities.ts';
import type { IncidentInput } from '../../machines/incident/context.ts';
import type { OperatorEvent } from '../../machines/incident/events.ts';
import type { Cause } from '../../src/core/model/diagnosis.ts';
import type { Mutation, MutationState } from '../../src/core/model/mutation.ts';
import type { TrafficTarget } from '../../src/core/model/observation.ts';
import type { Plan, PlanStep, StepChange } from '../../src/core/model/plan.ts';
import type { Word } from '../../src/core/model/testimony.ts';
import type { Trial } from '../../src/core/model/trial.ts';
import type { Outcome } from '../../src/core/model/verdict.ts';

/** Small answers for every activity: enough kinds of each to send the incident chart down every one of its transitions. */

export const STARTED_AT = Date.parse('2026-01-05T03:00:00Z');
export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const service = (name: string, dependsOn: readonly string[]): IncidentInput['settings']['services'][number] => ({
  name,
  dependsOn,
  healthyForMs: MINUTE,
  withinMs: 30 * MINUTE,
  maxRelapses: 1,
});

export const INPUT: IncidentInput = {
  runId: 'run-1',
  target: 'sample in somewhere',
  startedAt: STARTED_AT,
  settings: {
    tickMs: 30_000,
    approve: ['irreversible'],
    approvalWithinMs: HOUR,
    questionWithinMs: HOUR,
    heldAtMostMs: 4 * HOUR,
    attempts: 2,
    freeze: [],
    windowMs: 2 * HOUR,
    followForMs: 6 * HOUR,
    tellEveryMs: 2 * HOUR,
    caseAnswerWithinMs: HOUR,
    soakForMs: MINUTE,
    validateEveryMs: 5 * MINUTE,
    phases: { capacityMs: 2 * HOUR, servicesMs: 2 * HOUR, validationMs: 4 * HOUR },
    connectorWithinMs: 20 * MINUTE,
    revisionWithinMs: 10 * MINUTE,
    trafficWithinMs: 5 * MINUTE,
    services: [service('auth', []), service('backend', ['auth'])],
  },
};

const GATES = ['all', 'connector:c', 'one-revision:backend', 'healthy:auth', 'healthy:backend', 'restored:backend'];

const CONFIGURATION: Look['configuration'] = {
  connectors: { c: { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' } },
  services: { auth: '1', backend: '1', frontend: '1' },
};

function look(at: number, outcome: Outcome, more: Partial<Look> = {}): Look {
  return {
    at,
    indicators: { at, servicesUp: 1, servicesTotal: 3, errorRate: 0.2, p95Ms: 7_200, connectorSaturation: 0.9, samples: 100 },
    gates: Object.fromEntries(GATES.map((gate) => [gate, { outcome, because: 'sample' }])),
    testimony: {},
    served: {},
    configuration: CONFIGURATION,
    foreignChange: null,
    progress: { improved: false, because: 'sample', goalsMet: false },
    headline: 'sample',
    reads: 9,
    ...more,
  };
}

const OLD: readonly TrafficTarget[] = [{ revision: 'backend-1', latest: false, percent: 100, tag: null }];

function step(change: StepChange, id: string, kind: PlanStep['class']): PlanStep {
  const words = { title: id, reason: 'sample', blastRadius: 'sample', rollback: 'sample' };
  return {
    ...words,
    id,
    kind: change.kind,
    class: kind,
    decision: 'apply',
    evidence: [],
    change,
    diff: [],
    expectedMs: MINUTE,
    commands: [],
  };
}

const CONNECTOR: StepChange = {
  kind: 'connector',
  connector: 'c',
  from: { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' },
  to: { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' },
};
const INSTANCES: StepChange = {
  kind: 'instances',
  service: 'backend',
  from: { minInstances: 0, maxInstances: null },
  to: { minInstances: 0, maxInstances: 8 },
};
const PIN: StepChange = { kind: 'pin', service: 'backend', revision: 'backend-1', from: OLD, to: OLD };
const deploy = (name: string): StepChange => ({ kind: 'deploy', service: name, deploy: { like: null, image: null, env: {} }, from: OLD });

const STEPS: readonly PlanStep[] = [
  step(CONNECTOR, 'connector:c', 'irreversible'),
  step(INSTANCES, 'instances:backend', 'reversible'),
  step(PIN, 'pin:backend', 'reversible'),
  step(deploy('auth'), 'deploy:auth', 'reversible'),
  step(deploy('backend'), 'deploy:backend', 'reversible'),
];

function plan(hash: string, steps: readonly PlanStep[], question: Plan['question'] = null): Plan {
  return { hash, madeAt: STARTED_AT, observedAt: STARTED_AT, steps, notes: [], question };
}

function started(stepId: string, before: MutationState, after: MutationState): ChangeStarted {
  const mutation: Mutation = {
    key: `run-1/1/${stepId}`,
    stepId,
    title: stepId,
    class: 'reversible',
    at: STARTED_AT,
    outcome: 'applied',
    before,
    after,
    operation: 'operations/1',
    undo: 'sample',
  };
  return { operation: 'operations/1', mutation };
}

/** Written by us, or found so already. */
function sentOrFound(answer: ChangeStarted): readonly ChangeStarted[] {
  return [answer, { ...answer, mutation: { ...answer.mutation, outcome: 'already' } }];
}

const connectorAs = (machineType: string): MutationState => ({
  kind: 'connector',
  config: { minInstances: 3, maxInstances: 10, machineType },
});
const trafficOf = (name: string): MutationState => ({ kind: 'traffic', service: name, traffic: OLD, generation: '2' });
const boundedTo = (maxInstances: number | null): MutationState => ({
  kind: 'traffic',
  service: 'backend',
  traffic: OLD,
  generation: '2',
  bounds: { minInstances: 0, maxInstances },
});
const revisionOf = (revision: string | null): MutationState => ({ kind: 'revision', service: 'auth', revision, generation: '2' });
export const ENDS: readonly OperationEnd[] = [
  { ok: true, reason: null, message: null, revision: 'auth-2', generation: '3' },
  { ok: false, reason: 'not-ready', message: 'sample', revision: null, generation: null },
];
const RESTORED = started('restore:backend', trafficOf('backend'), trafficOf('backend')).mutation;
const CASE = { escalated: true, text: 'sample', note: null };

const PROVIDER: Cause = { kind: 'provider-incident', subject: 'us-central1', confidence: 0.9, share: 1, summary: 'sample', evidence: [] };

/** What each activity might answer at the instant `at`. */
const READING = { state: 'NEW', escalated: false, priority: 'P1', others: 0, byGoogle: 0, answers: [], news: false };

export const ANSWERS: { readonly [Name in ActivityName]: (at: number) => readonly OutputOf<Name>[] } = {
  preflight: () => [
    { refusals: [], warnings: [] },
    { refusals: [{ check: 'permission', why: 'missing.', fix: 'grant it' }], warnings: [] },
  ],
  observe: (at) => [
    look(at, 'pass', { progress: { improved: false, because: 'sample', goalsMet: true, rests: true } }),
    look(at, 'pass'),
    look(at, 'fail', { progress: { improved: false, because: 'sample', goalsMet: false, rests: false } }),
    look(at, 'inconclusive', {
      progress: { improved: true, because: 'sample', goalsMet: false, rests: false, windowFrom: at },
    }),
    look(at, 'fail', {
      foreignChange: { subject: 'service:backend', diff: ['+ by hand'], actor: 'somebody' },
      configuration: { ...CONFIGURATION, services: { auth: '1', backend: '9', frontend: '1' } },
    }),
  ],
  diagnose: (at) => [
    { at, healthy: false, causes: [], whys: [], unknowns: [] },
    { at, healthy: false, causes: [PROVIDER], whys: [], unknowns: [] },
  ],
  plan: () => [
    plan('the-reversible-plan', STEPS.slice(1)),
    plan('the-whole-plan', STEPS),
    plan('the-last-plan', STEPS.slice(3)),
    plan('the-nothing-plan', []),
    { ...plan('the-suspecting-plan', []), awaits: 'suspected: one probe failed in one look' },
    plan('the-question-plan', STEPS, { id: 'q', text: 'Which?', evidence: [] }),
  ],
  scaleConnector: () => sentOrFound(started('connector:c', connectorAs('e2-micro'), connectorAs('e2-standard-4'))),
  awaitConnector: () => ENDS,
  boundInstances: () => sentOrFound(started('instances:backend', boundedTo(null), boundedTo(8))),
  awaitBounds: () => ENDS,
  pinTraffic: () => sentOrFound(started('pin:backend', trafficOf('backend'), trafficOf('backend'))),
  deployService: () => [started('deploy:auth', revisionOf(null), revisionOf('auth-2'))],
  awaitRevision: () => ENDS,
  shiftTraffic: () => [started('deploy:auth', trafficOf('auth'), trafficOf('auth'))],
  awaitTraffic: () => ENDS,
  restoreTraffic: () => [{ mutation: RESTORED, exact: true, note: null }],
  validate: (at) =>
    (['pass', 'fail'] as const).map((outcome) => ({ at, verdict: { outcome, because: 'sample' }, passRate: 0.9, checks: [] })),
  prepareCase: () => [{ text: 'sample', keptAt: 'sample.txt' }],
  openCase: () => [
    { ...CASE, caseName: 'projects/sample/cases/1' },
    { ...CASE, caseName: null },
  ],
  attachEvidence: () => [{ as: 'file', note: 'sample.md' }],
  commentOnCase: () => [{ sent: true }],
  readCase: (at) => [{ ...READING, at }],
  escalateCase: () => [{ escalated: true, note: null }],
  closeCase: () => [{ closed: true }],
  inform: () => [{ told: 1, text: 'said' }],
  conclude: () => [
    { told: 1, text: 'Text for the case: sample' },
    { told: 0, text: 'said' },
  ],
};

const looks = (probes: Word, deaths: Word, count = 1): Trial['looks'] =>
  Array.from({ length: count }, () => ({ at: STARTED_AT, probes, deaths }));

/** What a look (by its place in `ANSWERS.observe`) may find of the change that is being watched. */
export const TRIED: readonly { readonly look: number; readonly seen: Partial<Trial> }[] = [
  { look: 0, seen: { conclusion: 'not-worse', looks: looks('well', 'well') } },
  { look: 1, seen: { conclusion: 'waiting', looks: looks('well', 'well') } },
  { look: 2, seen: { conclusion: 'waiting', looks: looks('ill', 'well', 3) } },
  { look: 2, seen: { conclusion: 'worse', looks: looks('ill', 'ill') } },
  { look: 3, seen: { conclusion: 'unreachable', looks: looks('silent', 'well') } },
  { look: 3, seen: { conclusion: 'waiting', looks: looks('silent', 'silent') } },
  { look: 4, seen: { conclusion: 'waiting', looks: looks('well', 'well') } },
];

/** One failure of each class that the chart tells apart. */
export const FAILURES = [
  { kind: 'transient', code: 'UNAVAILABLE', message: 'sample' },
  { kind: 'conflict', code: 'busy', message: 'sample' },
  { kind: 'conflict', code: 'etag', message: 'sample' },
  { kind: 'conflict', code: 'foreign-change', message: 'sample' },
  { kind: 'human', code: 'freeze', message: 'sample' },
  { kind: 'human', code: 'budget', message: 'sample' },
  { kind: 'terminal', code: 'NOT_FOUND', message: 'sample' },
];

export const SAID: { readonly [Type in OperatorEvent['type']]: readonly Extract<OperatorEvent, { type: Type }>[] } = {
  HOLD: [{ type: 'HOLD', by: 'ann', reason: 'wait' }],
  RESUME: [{ type: 'RESUME', by: 'ann' }],
  ADOPT: [{ type: 'ADOPT', by: 'ann' }],
  ABORT: [{ type: 'ABORT', by: 'ann', reason: 'stop' }],
  APPROVE: [
    ...['reversible', 'whole', 'last'].map((name) => ({ type: 'APPROVE' as const, by: 'ann', plan: `the-${name}-plan` })),
    { type: 'APPROVE', by: 'ann' },
  ],
  REJECT: [{ type: 'REJECT', by: 'ann', reason: 'no' }],
  SKIP: ['connector:c', 'pin:backend', 'deploy:auth', 'deploy:backend'].map((step) => ({
    type: 'SKIP' as const,
    by: 'ann',
    step,
    reason: 'not now',
  })),
  RETRY: [{ type: 'RETRY', by: 'ann' }],
  ROLLBACK: [{ type: 'ROLLBACK', by: 'ann', reason: 'enough' }],
};
