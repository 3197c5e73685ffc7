import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { trialFailed, trialPassed } from '../../machines/incident/trial/trial-guards.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { AFTER_WRITE, EVIDENCE_ASKED, evidenceHelp, evidenceTable, ILL } from '../../src/core/evidence-asked.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { LogGroup, ServiceObservation } from '../../src/core/model/observation.ts';
import type { OwnDoing } from '../../src/core/model/own-doing.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import type { RequestStats } from '../../src/core/model/request-stats.ts';
import type { LookTestimony, Witness, Word } from '../../src/core/model/testimony.ts';
import type { Trial, TrialLook } from '../../src/core/model/trial.ts';
import { judgeTrial } from '../../src/diagnosis/changes/after-write.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { makePlan } from '../../src/planning/plan.ts';
import { BACKEND, logGroup, NEW_BACKEND, NOW, probe, SPEC } from '../diagnosis/fixtures.ts';
import { begunTrial } from '../diagnosis/trials.ts';
import { BACKEND_DEPLOY, CONNECTOR, ill, PIN, SERVED, stepOf } from './planned.ts';

const cells = (table: string): string => table.replaceAll(/-{3,}/g, '---').replaceAll(/[ \t]+/g, ' ');

describe('the evidence that each change asks for', () => {
  test('stands in the README as the program keeps it', () => {
    expect(cells(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'))).toContain(cells(evidenceTable()));
  });

  test('is told by --help for every class of change', () => {
    for (const change of Object.keys(EVIDENCE_ASKED)) expect(evidenceHelp()).toContain(`  ${change}: `);
  });

  test('is greatest for what cannot be undone', () => {
    const { pin, deploy, 'scale-connector': oneWay } = EVIDENCE_ASKED;
    for (const other of [pin, deploy]) {
      expect(oneWay.ill.sources).toBeGreaterThanOrEqual(other.ill.sources);
      expect(oneWay.looks).toBeGreaterThan(other.looks);
    }
  });
});

interface Seen {
  readonly backend: Partial<ServiceObservation>;
  readonly logs?: readonly LogGroup[];
  /** What each of the looks before said against it, oldest first. */
  readonly before?: readonly Partial<Record<Witness, Word>>[];
  readonly late?: number;
  /** In so many minutes before the newest one of the figures users failed, as the looks before have kept it. */
  readonly minutes?: number;
  readonly cpu?: readonly number[];
}

const BAD = [probe('bad-status', { status: 503 })];
const GOOD = [probe('ok')];
/** `failing`: how many failed in each minute of the window, where the minutes are told. */
const asked = (total: number, serverErrors: number, failing?: readonly number[]): Pick<ServiceObservation, 'requests'> => ({
  requests: fresh(
    {
      sinceAt: NOW - 5 * MINUTE,
      total,
      serverErrors,
      byRevision: { [NEW_BACKEND]: { total, serverErrors } },
      ...(failing === undefined ? {} : { minutes: minutesOf(total, failing) }),
    },
    NOW - MINUTE,
    'request_count',
  ),
});
function minutesOf(total: number, failing: readonly number[]): NonNullable<RequestStats['minutes']> {
  return failing.map((failed, index) => ({
    at: NOW - (failing.length + 1 - index) * MINUTE,
    total: total / failing.length,
    serverErrors: failed,
  }));
}
const UNHEARD: Record<Witness, Word> = { probes: 'silent', requests: 'silent', deaths: 'well', platform: 'well', logs: 'silent' };
const repeated = (words: Partial<Record<Witness, Word>>, looks: number) => Array.from({ length: looks }, () => words);
const dying = (deaths: number) => [logGroup('container-exit', BACKEND, NEW_BACKEND, deaths)];

/** The plan of the newest look, with the memory of those before. */
function planned({ backend, logs = [], before = [], late = 0, cpu = [], minutes = 0 }: Seen) {
  const count = Math.max(before.length, late, cpu.length - 1, 0);
  const witnessed: readonly LookTestimony[] = Array.from({ length: count }, (_, index) => ({
    at: NOW - (count - index) * 30 * SECOND,
    services: { [BACKEND]: { ...UNHEARD, ...before[index - (count - before.length)] } },
    connectorCpu: cpu[index - (count - (cpu.length - 1))] ?? null,
    ...(count - index <= late ? { slow: [BACKEND] } : {}),
    failedAt: { [BACKEND]: Array.from({ length: minutes }, (__, minute) => NOW - (minute + 2) * MINUTE) },
  }));
  const observation = ill([...logs], cpu.length === 0 ? {} : { cpu: cpu.at(-1)!, connectorInstances: 10 }, backend);
  const facts = { servingSince: {}, revisions: SERVED, witnessed };
  return makePlan({ diagnosis: diagnose(observation, SPEC, facts), observation, spec: SPEC, now: NOW, budgetLeft: 12, facts });
}

test.each([
  ['is under way', 0, 'is under way, not by this run'],
  ['has ended, and its effect is not measured yet', 2, 'was under way until'],
  ['has ended, and its effect is measured', 10, null],
])('a connector on which an update of somebody else %s', (_what, looksAgo, awaited) => {
  const { plan } = full(looksAgo);
  expect(stepOf(plan, CONNECTOR).decision).toBe(awaited === null ? 'apply' : 'skip');
  expect(plan.awaits ?? '').toContain(awaited ?? '');
});

test('a connector on which an update of our own may be under way, whose answer was lost, is asked for all the same: the read before it tells', () => {
  const unseen = { since: 0, sentTo: [], inDoubt: [`connector:${SPEC.connectors[0]!.name}`] };
  expect(stepOf(full(0, unseen).plan, CONNECTOR).decision).toBe('apply');
  expect(stepOf(full(2, unseen).plan, CONNECTOR).decision).toBe('apply');
});

/** A connector that is at its goal in all looks, and an update on it that was seen so many looks ago. */
function full(looksAgo: number, unseen?: OwnDoing): { readonly plan: Plan } {
  const count = 12;
  const witnessed: readonly LookTestimony[] = Array.from({ length: count }, (_, index) => ({
    at: NOW - (count - index) * 30 * SECOND,
    services: { [BACKEND]: { ...UNHEARD, probes: 'ill', requests: 'ill' } },
    connectorCpu: 0.97,
    ...(count - index === looksAgo ? { updating: [SPEC.connectors[0]!.name] } : {}),
  }));
  const observation = ill([logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)], {
    cpu: 0.97,
    connectorInstances: 10,
    ...(looksAgo === 0 ? { connector: { lifecycle: 'UPDATING' as const } } : {}),
  });
  const facts = { servingSince: {}, revisions: SERVED, witnessed, ...(unseen === undefined ? {} : { unseen }) };
  return { plan: makePlan({ diagnosis: diagnose(observation, SPEC, facts), observation, spec: SPEC, now: NOW, budgetLeft: 12, facts }) };
}

/** Each way in which witnesses agree, with exactly what the table asks for (0) or one less (1). */
const WAYS: Readonly<Record<string, (less: 0 | 1) => Seen>> = {
  'independent sources in one look': (less) => ({ backend: { probes: BAD, ...(less === 0 ? asked(100, 60) : asked(0, 0)) } }),
  'the users’ own requests over looks': (less) => ({
    backend: { probes: [], ...asked(100, 60) },
    before: repeated({ requests: 'ill' }, ILL.requestsIn - 1 - less),
    minutes: ILL.minutesAlone - 1,
  }),
  'the users’ own requests over looks, beside a probe that is well': (less) => ({
    backend: { probes: GOOD, ...asked(100, 60) },
    before: [...repeated({ probes: 'well' }, 10), ...repeated({ probes: 'well', requests: 'ill' }, ILL.requestsBesideWell - 1 - less)],
    minutes: ILL.minutesAlone - 1,
  }),
  'the users’ own requests in so many minutes, in however many looks': (less) => ({
    backend: { probes: GOOD, ...asked(100, 60) },
    before: repeated({ probes: 'well', requests: 'ill' }, 12),
    minutes: ILL.minutesAlone - 1 - less,
  }),
  'requests that failed in two minutes and a probe, in two looks': (less) => ({
    backend: { probes: BAD, ...asked(300, 120, [0, 0, 0, 60, 60]) },
    before: repeated({ probes: 'ill', requests: 'ill' }, ILL.briefIn - 1 - less),
  }),
  'another source alone over looks': (less) => ({
    backend: { probes: BAD, ...asked(0, 0) },
    before: repeated({ probes: 'ill' }, ILL.aloneIn - 1 - less),
  }),
  'container deaths in one look': (less) => ({ backend: { probes: GOOD, ...asked(0, 0) }, logs: dying(ILL.deaths - less) }),
  'every answer late': (less) => ({ backend: { probes: [probe('slow')], ...asked(0, 0) }, late: ILL.lateIn - 1 - less }),
  'independent sources over looks, where users are served well': (less) => ({
    backend: { probes: BAD, ...asked(300, 0) },
    logs: dying(1),
    before: repeated({ probes: 'ill', deaths: 'ill', requests: 'well' }, ILL.againstUsersIn - 1 - less),
  }),
};

describe.each(Object.entries(WAYS))('by %s', (_, seen) => {
  test('a pin and a deploy are allowed with exactly what the table asks for, and with one less are not', () => {
    for (const [change, id] of [
      ['pin', PIN],
      ['deploy', BACKEND_DEPLOY],
    ] as const) {
      const lacks = `a ${change} asks for`;
      expect(stepOf(planned(seen(1)), id)).toMatchObject({ decision: 'skip', reason: expect.stringContaining(lacks) });
      expect(stepOf(planned(seen(0)), id).reason).not.toContain(lacks);
    }
  });
});

describe('what cannot be undone', () => {
  const timeouts = [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)];
  const { looks } = EVIDENCE_ASKED['scale-connector'];
  const full: Seen = { backend: { probes: BAD, ...asked(100, 60) }, logs: timeouts, cpu: Array.from({ length: looks }, () => 0.97) };

  test('is allowed with cpu at its goal in each look, a rider that is ill and its time-outs', () => {
    expect(stepOf(planned(full), CONNECTOR).decision).toBe('apply');
  });

  test('is not with one look less, one source less, or no time-out', () => {
    expect(stepOf(planned({ ...full, cpu: full.cpu!.slice(1) }), CONNECTOR).decision).toBe('skip');
    expect(stepOf(planned({ ...full, backend: { probes: GOOD, ...asked(100, 60) } }), CONNECTOR).decision).not.toBe('apply');
    expect(stepOf(planned({ ...full, logs: [] }), CONNECTOR).decision).not.toBe('apply');
  });
});

const trial = (over: Partial<Trial>): Trial => begunTrial('auth', { stage: 'dark', ...over });
const after = (over: Partial<Trial>, looks: readonly TrialLook['probes'][], everyMs: number, dies = 0): Trial =>
  looks.reduce((now, probes, index) => {
    const at = (index + 1) * everyMs;
    const deaths = index < dies ? { new: at - 1 } : {};
    return judgeTrial(now, at, { auth: { requests: null, deaths, probes } }, now.tag === null ? null : probes);
  }, trial(over));
const contextOf = (seen: Trial) => ({ trial: seen, stepId: seen.stepId, held: null, adopted: {} }) as unknown as IncidentContext;
const mayGoOn = (seen: Trial): boolean => trialPassed({ context: contextOf(seen) });
const isUndone = (seen: Trial): boolean => trialFailed({ context: contextOf(seen) });
const wells = (count: number): readonly TrialLook['probes'][] => Array.from({ length: count }, () => 'well');
const ills = (count: number): readonly TrialLook['probes'][] => Array.from({ length: count }, () => 'ill');

describe('a canary', () => {
  test('is given its share after as many well looks by its tag as the table says, and not after one less', () => {
    const { looks } = EVIDENCE_ASKED.canary;
    expect(mayGoOn(after({}, wells(looks), 30 * SECOND))).toBe(true);
    expect(mayGoOn(after({}, wells(looks - 1), 30 * SECOND))).toBe(false);
  });
});

describe('a shift', () => {
  const { looks } = EVIDENCE_ASKED.shift;
  const every = AFTER_WRITE.canaryMs / looks;

  test('follows a canary that was well for its looks and its time, and not one look or one second less', () => {
    expect(mayGoOn(after({ stage: 'canary' }, wells(looks), every))).toBe(true);
    expect(mayGoOn(after({ stage: 'canary' }, wells(looks - 1), 2 * every))).toBe(false);
    expect(mayGoOn(after({ stage: 'canary' }, wells(looks), every - SECOND))).toBe(false);
  });
});

describe('a restore', () => {
  const { illLooks, deathLooks } = AFTER_WRITE;

  test('is made when probes fail, or containers die, in as many looks as the table says, and not in one less', () => {
    for (const stage of ['dark', 'canary', 'all'] as const) {
      expect(isUndone(after({ stage }, ills(illLooks), 30 * SECOND))).toBe(true);
      expect(isUndone(after({ stage }, ills(illLooks - 1), 30 * SECOND))).toBe(false);
      expect(isUndone(after({ stage }, wells(deathLooks), 30 * SECOND, deathLooks))).toBe(true);
      expect(isUndone(after({ stage }, wells(deathLooks), 30 * SECOND, deathLooks - 1))).toBe(false);
    }
  });

  test('is not made on absent data', () => {
    expect(
      isUndone(
        after(
          { stage: 'all' },
          Array.from({ length: 20 }, () => 'silent' as const),
          30 * SECOND,
        ),
      ),
    ).toBe(false);
  });
});
