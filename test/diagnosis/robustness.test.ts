import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/duration.ts';
import { absent, aged, fresh } from '../../src/core/model/measured.ts';
import type { Measured } from '../../src/core/model/measured.ts';
import type { LogGroup, Observation, ProbeResult, ServiceObservation } from '../../src/core/model/observation.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { connectorReports } from '../../src/diagnosis/infrastructure/connector-report.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { examine } from '../../src/diagnosis/examination.ts';
import { judgeGates } from '../../src/diagnosis/verdicts.ts';
import { believedWorld, connectorOf, databaseOf, NOW, SPEC, wellWorld, withConnector, withDatabase } from './fixtures.ts';

const FACTS = { intended: {}, servingSince: {} };
const BALANCED: RemediationSpec = { ...SPEC, loadBalancer: { urlMap: 'lb', domains: ['a.example'], deprecatedDomains: [] } };
const gatesOf = (seen: Observation) => judgeGates(seen, BALANCED, FACTS);

/** Everything is there and well, with a load balancer in front. */
function whole(): Observation {
  const certificate = {
    name: 'c',
    source: 'compute' as const,
    domains: ['a.example'],
    status: 'ACTIVE',
    expiresAt: NOW + 90 * 24 * HOUR,
    domainStatus: {},
  };
  const loadBalancer = { chain: fresh([], NOW, 'urlMaps/lb'), certificates: fresh([certificate], NOW, 'certs') };
  return { ...wellWorld(), loadBalancer };
}

type State = 'fresh' | 'late' | 'absent';

function spoil<T>(value: Measured<T>, to: State): Measured<T> {
  if (to === 'fresh') return value;
  return to === 'absent' || value.value === null
    ? absent<T>(value.source, 'not read')
    : aged(value.value, NOW - HOUR, { now: NOW, normalDelayMs: MINUTE, source: value.source });
}

/** What gates and `healthy` stand on, by name; a service's are spoiled in all services at once. */
const NEEDED = [
  'connector.state',
  'connector.cpuP99',
  'state',
  'requests',
  'probes',
  'logs',
  'database.state',
  'database.connections',
  'chain',
  'certificates',
] as const;
/** What explains and decides nothing. */
const EXPLAINING = [
  'connector.instances',
  'connector.throughput',
  'connector.packets',
  'connector.riders',
  'p95',
  'instances',
  'starts',
  'database.cpu',
  'incidents',
  'changes',
  'accounts',
] as const;
type Part = (typeof NEEDED)[number] | (typeof EXPLAINING)[number];

function spoiled(seen: Observation, states: Partial<Record<Part, State>>): Observation {
  const to = (part: Part): State => states[part] ?? 'fresh';
  const service = (each: ServiceObservation): ServiceObservation => ({
    ...each,
    state: spoil(each.state, to('state')),
    requests: spoil(each.requests, to('requests')),
    p95Ms: spoil(each.p95Ms, to('p95')),
    instances: spoil(each.instances, to('instances')),
    starts: spoil(each.starts, to('starts')),
    probes:
      to('probes') === 'fresh' ? each.probes : to('probes') === 'absent' ? [] : each.probes.map((probe) => ({ ...probe, at: NOW - HOUR })),
  });
  const { loadBalancer } = seen;
  const database = databaseOf(seen);
  const connector = connectorOf(seen);
  return {
    ...withConnector(seen, {
      state: spoil(connector.state, to('connector.state')),
      cpuP99: spoil(connector.cpuP99, to('connector.cpuP99')),
      instances: spoil(connector.instances, to('connector.instances')),
      throughput: spoil(connector.throughput, to('connector.throughput')),
      packets: spoil(connector.packets, to('connector.packets')),
      riders: spoil(connector.riders, to('connector.riders')),
    }),
    services: Object.fromEntries(Object.entries(seen.services).map(([name, each]) => [name, service(each)])),
    databases: withDatabase(seen, {
      state: spoil(database.state, to('database.state')),
      connections: spoil(database.connections, to('database.connections')),
      cpu: spoil(database.cpu, to('database.cpu')),
    }).databases,
    loadBalancer: loadBalancer && {
      chain: spoil(loadBalancer.chain, to('chain')),
      certificates: spoil(loadBalancer.certificates, to('certificates')),
    },
    logs: spoil(seen.logs, to('logs')),
    incidents: spoil(seen.incidents, to('incidents')),
    changes: spoil(seen.changes, to('changes')),
    accounts: spoil(seen.accounts, to('accounts')),
  };
}

const bad = fc.constantFrom('late' as const, 'absent' as const);
const any = fc.constantFrom('fresh' as const, 'late' as const, 'absent' as const);
const states = (value: fc.Arbitrary<State>, parts: readonly Part[]): fc.Arbitrary<Partial<Record<Part, State>>> =>
  fc.record(Object.fromEntries(parts.map((part) => [part, value])));

describe('no data and late data never pass, and zero traffic says nothing', () => {
  test('the whole world passes every gate, so that the properties below can fail', () => {
    expect(Object.values(gatesOf(whole())).map(({ outcome }) => outcome)).toEqual(Array(9).fill('pass'));
    expect(diagnose(whole(), BALANCED).healthy).toBe(true);
    expect(connectorReports(whole(), BALANCED)[0]?.verdict.outcome).toBe('pass');
  });

  test('with everything that is needed absent or late, no gate passes, nothing is healthy, no doctor acquits', () => {
    fc.assert(
      fc.property(states(bad, NEEDED), states(any, EXPLAINING), (needed, explaining) => {
        const seen = spoiled(whole(), { ...needed, ...explaining });
        const { healthy, causes } = diagnose(seen, BALANCED);
        expect(Object.entries(gatesOf(seen)).filter(([, { outcome }]) => outcome === 'pass')).toEqual([]);
        expect(healthy).toBe(false);
        expect(causes.length).toBeGreaterThan(0);
        expect(connectorReports(seen, BALANCED)[0]?.verdict.outcome).not.toBe('pass');
        for (const { verdict } of examine(seen, BALANCED, diagnose(seen, BALANCED)).unmeasurable)
          expect(verdict.outcome).toBe('inconclusive');
      }),
      { numRuns: 300 },
    );
  });

  test.each(NEEDED)('%s alone, absent or late, keeps the diagnosis from healthy', (part) => {
    for (const state of ['late', 'absent'] as const) {
      const seen = spoiled(whole(), { [part]: state });
      expect(diagnose(seen, BALANCED), state).toMatchObject({ healthy: false });
      expect(diagnose(seen, BALANCED).causes.length).toBeGreaterThan(0);
    }
  });

  test('taking sight away never turns a gate to pass', () => {
    fc.assert(
      fc.property(fc.boolean(), states(any, [...NEEDED, ...EXPLAINING]), (isIll, all) => {
        const seen = isIll ? believedWorld() : whole();
        const before = gatesOf(seen);
        for (const [gate, { outcome }] of Object.entries(gatesOf(spoiled(seen, all))))
          if (outcome === 'pass') expect(before[gate]?.outcome, gate).toBe('pass');
      }),
      { numRuns: 300 },
    );
  });

  const idle = (seen: Observation, probes: (all: readonly ProbeResult[]) => readonly ProbeResult[]): Observation => ({
    ...seen,
    services: Object.fromEntries(
      Object.entries(seen.services).map(([name, each]) => [
        name,
        {
          ...each,
          requests: fresh({ sinceAt: NOW - 5 * MINUTE, total: 0, serverErrors: 0, byRevision: {} }, NOW, 'request_count'),
          probes: probes(each.probes),
        },
      ]),
    ),
  });
  const asAnswered = (probes: readonly ProbeResult[]): readonly ProbeResult[] => probes;

  test('zero traffic vouches for nothing: without a probe that was answered well no diagnosis is healthy', () => {
    const silenced = [
      () => [],
      (all: readonly ProbeResult[]) => all.map((probe) => ({ ...probe, at: NOW - HOUR })),
      (all: readonly ProbeResult[]) => all.map((probe) => ({ ...probe, outcome: 'bad-status' as const, status: 503 })),
    ];
    fc.assert(
      fc.property(states(any, EXPLAINING), fc.constantFrom(...silenced), (explaining, probes) => {
        expect(diagnose(idle(spoiled(whole(), explaining), probes), BALANCED).healthy).toBe(false);
      }),
    );
  });

  test('with zero traffic, probes that are answered well, readiness and no death decide; each of them taken away, nothing is healthy', () => {
    const well = idle(whole(), asAnswered);
    expect(diagnose(well, BALANCED).healthy).toBe(true);
    const [backend] = Object.values(well.services);
    const revision = backend?.state.value?.latestReadyRevision ?? '';
    const death: LogGroup = {
      signature: 'container-exit',
      service: backend?.name ?? '',
      revision,
      count: 3,
      firstAt: NOW - MINUTE,
      lastAt: NOW - MINUTE / 2,
      sample: 'Container called exit(1).',
      facts: { exit: '1' },
      insertId: null,
    };
    expect(diagnose({ ...well, logs: fresh([death], NOW, 'logs') }, BALANCED).healthy).toBe(false);
    for (const part of ['state', 'logs', 'probes'] as const)
      for (const state of ['late', 'absent'] as const)
        expect(diagnose(idle(spoiled(whole(), { [part]: state }), asAnswered), BALANCED).healthy, `${part} ${state}`).toBe(false);
  });

  test('unreadable metrics without probes pass not one service', () => {
    const unprobed = { ...BALANCED, services: BALANCED.services.map((each) => ({ ...each, health: [] })) };
    fc.assert(
      fc.property(states(any, EXPLAINING), (explaining) => {
        const unread = idle(spoiled(whole(), explaining), () => []);
        for (const each of Object.values(unread.services)) Object.assign(each, { requests: absent('request_count', 'not read') });
        const gates = judgeGates(unread, unprobed, FACTS);
        for (const { name } of unprobed.services) expect(gates[`healthy:${name}`]?.outcome).not.toBe('pass');
      }),
    );
  });
});
