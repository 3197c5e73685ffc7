import { MINUTE, SECOND } from '../../src/core/duration.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import type { Indicators } from '../../src/core/model/verdict.ts';
import type { JournalLine } from '../../src/ports/store.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { makePlan } from '../../src/planning/plan.ts';
import { BACKEND, believedWorld, NOW, OLD_BACKEND, SPEC, to } from '../diagnosis/fixtures.ts';

const RUNBOOK = 'working.runbook';

/** One line `minutes` after the beginning; the runbook is in `place`. */
export function line(
  minutes: number,
  event: string,
  place: string | null,
  data: unknown,
  kind: JournalLine['kind'] = 'decision',
  beside: readonly string[] = [],
): JournalLine {
  const states =
    place === null
      ? ['recovered']
      : [`${RUNBOOK}.${place}`, 'working.escalation.watching', 'working.operator.active'].filter(
          (path) => !beside.some((other) => sameRegion(path, other)),
        );
  return { seq: 0, at: NOW + minutes * MINUTE, kind, event, states: [...states, ...beside], data, previous: '', hash: '' };
}

function sameRegion(one: string, other: string): boolean {
  return one.split('.')[1] === other.split('.')[1];
}

const SICK: Indicators = {
  at: NOW,
  servicesUp: 1,
  servicesTotal: 3,
  errorRate: 0.2,
  p95Ms: 12_000,
  connectorSaturation: 0.97,
  samples: 600,
};
const WELL: Indicators = { at: NOW, servicesUp: 3, servicesTotal: 3, errorRate: 0, p95Ms: 300, connectorSaturation: 0.2, samples: 700 };

export function tick(
  minutes: number,
  place: string,
  well: boolean,
  extra: Readonly<Record<string, unknown>> = {},
  beside: readonly string[] = [],
): JournalLine {
  const gates = well
    ? { connector: 'pass', all: 'pass' }
    : { connector: 'fail: cpu p99 97 %, goal below 70 %', [`healthy:${BACKEND}`]: 'fail: /health answered 503', all: 'fail: many' };
  const data = {
    at: NOW + minutes * MINUTE,
    headline: well ? '3 services healthy, connector well' : '/health answered 503 (and 4 more)',
    indicators: well ? WELL : SICK,
    gates,
    progress: { improved: false, because: well ? 'every goal is met' : 'nothing moved by 20 %', goalsMet: well },
    foreignChange: null,
    reads: 11,
    ...extra,
  };
  return line(minutes, 'observe.done', place, data, 'tick', beside);
}

export const PLAN: Plan = makePlan({
  diagnosis: diagnose(believedWorld(), SPEC),
  observation: believedWorld(),
  spec: SPEC,
  now: NOW,
  budgetLeft: 12,
});

export function mutation(
  stepId: string,
  minutes: number,
  change: Pick<Mutation, 'title' | 'before' | 'after'>,
  extra: Partial<Mutation> = {},
): Mutation {
  const step = PLAN.steps.find((each) => each.id === stepId);
  return {
    key: `run-1/${minutes}/${stepId}`,
    stepId,
    class: step?.class ?? 'reversible',
    at: NOW + minutes * MINUTE,
    outcome: 'applied',
    operation: `operations/${minutes}`,
    undo: step?.rollback ?? '',
    ...change,
    ...extra,
  };
}

const traffic = (service: string, percent: number, revision = OLD_BACKEND, generation = '7'): Mutation['before'] => ({
  kind: 'traffic',
  service,
  traffic: [to(revision, percent)],
  generation,
});
const end = (revision: string | null = null) => ({ ok: true, reason: null, message: null, revision, generation: '8' });

/** A whole run, from the first look to `recovered`. */
export function recoveredRun(): readonly JournalLine[] {
  const scaled = mutation(PLAN.steps[0]!.id, 1, {
    title: PLAN.steps[0]!.title,
    before: { kind: 'connector', config: { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' } },
    after: { kind: 'connector', config: { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' } },
  });
  const pinned = mutation(PLAN.steps[1]!.id, 7, {
    title: PLAN.steps[1]!.title,
    before: traffic(BACKEND, 50),
    after: traffic(BACKEND, 100),
  });
  const deployed = mutation(PLAN.steps[3]!.id, 10, {
    title: PLAN.steps[3]!.title,
    before: traffic(BACKEND, 100),
    after: { kind: 'revision', service: BACKEND, revision: null, generation: '9' },
  });
  const verdict = { outcome: 'pass' as const, because: '9 of 9 checks pass' };
  return [
    line(0, 'run.started', 'assessing.checkingFirst', { runId: 'run-1', target: 'staging in netra-staging/us-central1' }),
    line(0.1, 'preflight.done', 'assessing.observing', { refusals: [], warnings: [] }),
    tick(0.2, 'assessing.diagnosing', false),
    line(0.3, 'diagnose.done', 'assessing.planning', diagnose(believedWorld(), SPEC)),
    line(0.4, 'plan.done', 'capacity.choosing', PLAN),
    line(1, 'scaleConnector.done', 'capacity.scalingConnector.applying', { operation: 'operations/1', mutation: scaled }),
    tick(3, 'capacity.scalingConnector.applying', false),
    line(3.5, 'run.resumed', 'capacity.scalingConnector.applying', { by: 'job-x2', awayMs: 40 * SECOND }, 'claim'),
    line(6, 'awaitConnector.done', 'capacity.choosing', end()),
    line(7, 'pinTraffic.done', 'capacity.pinningTraffic.applying', { operation: 'operations/7', mutation: pinned }),
    line(8, 'awaitTraffic.done', 'capacity.settling', end()),
    tick(9, 'services.choosing', false, { progress: { improved: true, because: 'better: connector cpu 97 % → 20 %', goalsMet: false } }),
    line(10, 'deployService.done', 'services.deploying.starting', { operation: 'operations/10', mutation: deployed }),
    line(13, 'awaitRevision.done', 'services.clearing', end(`${BACKEND}-00751-new`)),
    tick(20, 'services.stabilizing', true, { progress: { improved: true, because: 'better: services up 1 → 3', goalsMet: true } }),
    line(21, 'validate.done', 'proving.soaking', { at: NOW, verdict, passRate: 1, checks: [] }),
    line(22, 'inform.done', 'proving.soaking', { told: 1, text: 'said' }),
    tick(50, 'proving.soaking', true),
    line(51, 'conclude.done', null, { told: 1, text: 'said' }),
    line(51, 'run.ended', null, { outcome: 'recovered' }),
  ];
}

/** Two hours without improvement; the case cannot be opened; a human held it in between. */
export function escalatedRun(text: string): readonly JournalLine[] {
  const opening = ['working.escalation.escalated.openingCase'];
  const open = ['working.escalation.escalated.following'];
  return [
    line(0, 'run.started', 'assessing.checkingFirst', { runId: 'run-2', target: 'staging' }),
    tick(0.2, 'assessing.diagnosing', false),
    line(5, 'HOLD', 'capacity.waitingForRelease', { by: 'ann', reason: 'let me look' }, 'command', ['working.operator.held']),
    line(9, 'RESUME', 'capacity.choosing', { by: 'ann' }, 'command'),
    line(10, 'scaleConnector.failed', 'capacity.retrying', { kind: 'transient', code: 'UNAVAILABLE', message: 'try later' }),
    line(11, 'scaleConnector.failed', 'capacity.retrying', { kind: 'transient', code: 'UNAVAILABLE', message: 'try later' }),
    line(120, 'timer.IMPROVEMENT_WINDOW', 'following', { dueAt: 1 }, 'decision', opening),
    line(
      121,
      'openCase.done',
      'following',
      { caseName: null, escalated: false, text, note: 'support-unavailable: no plan' },
      'decision',
      open,
    ),
    tick(480, 'following', false, {}, open),
    line(481, 'run.ended', null, { outcome: 'escalated' }),
  ];
}
