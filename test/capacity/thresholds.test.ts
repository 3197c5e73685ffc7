import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityLine, capacityTable } from '../../src/capacity/table.ts';
import { judgeCapacity } from '../../src/capacity/thresholds.ts';
import type { CapacityReport } from '../../src/capacity/thresholds.ts';
import { DAY } from '../../src/core/duration.ts';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { Measured } from '../../src/core/model/measured.ts';
import type { CertificateFacts, Observation, ServiceObservation } from '../../src/core/model/observation.ts';
import { connectionBudgets } from '../../src/diagnosis/infrastructure/connection-budget.ts';
import {
  BACKEND,
  believedWorld,
  connectorOf,
  databaseOf,
  NOW,
  SPEC,
  wellWorld,
  withConnector,
  withDatabase,
} from '../diagnosis/fixtures.ts';

const DOMAIN = 'api.example.com';
const spec = {
  ...SPEC,
  loadBalancer: { urlMap: 'staging-lb', domains: [DOMAIN], deprecatedDomains: [] },
  capacity: {
    ...SPEC.capacity,
    thresholds: { connector: 0.7, connections: 0.75, instances: 0.8, errorRate: 0.05, p95Ms: 10_000, certificateDays: 21 },
  },
};

const certificate = (days: number, extra: Partial<CertificateFacts> = {}): CertificateFacts => ({
  name: 'staging-cert',
  source: 'compute',
  domains: [DOMAIN],
  status: 'ACTIVE',
  expiresAt: NOW + days * DAY,
  domainStatus: {},
  ...extra,
});

function withCertificates(observation: Observation, ...certificates: readonly CertificateFacts[]): Observation {
  return { ...observation, loadBalancer: { chain: fresh([], NOW, 'compute'), certificates: fresh(certificates, NOW, 'compute') } };
}

const well = (): Observation => withCertificates(wellWorld(), certificate(60));
const check = (observation: Observation): CapacityReport => judgeCapacity(observation, spec, connectionBudgets(observation, spec));

function outcomeOf(report: CapacityReport, name: string): string {
  const found = report.limits.find((limit) => limit.name === name);
  return found === undefined ? 'no such limit' : `${found.verdict.outcome}: ${found.verdict.because}`;
}

/** The observation with one service's figures changed. */
function withService(
  observation: Observation,
  name: string,
  change: (service: ServiceObservation) => Partial<ServiceObservation>,
): Observation {
  const service = observation.services[name]!;
  return { ...observation, services: { ...observation.services, [name]: { ...service, ...change(service) } } };
}

describe('the capacity check', () => {
  it('is green when every limit was measured and kept', () => {
    expect(check(well()).verdict.outcome).toBe('pass');
  });

  it('names everything that is over, with its figures, and what is left of the rest', () => {
    const report = check(withCertificates(believedWorld(), certificate(60)));
    expect(report.verdict.outcome).toBe('fail');
    expect(report.verdict.because).toContain('connector cpu of staging-connector: 97 %, at most 70 %');
    expect(report.verdict.because).toContain('connections now of staging-shared-postgres: 88 % (352 of 400), at most 75 %');
    expect(report.limits.find(({ name }) => name === 'connections now')?.headroom).toBeCloseTo(-0.13);
  });

  it.each<readonly [string, Observation, string, string]>([
    [
      'a connector at its bound',
      withConnector(well(), { instances: fresh(10, NOW, 'm') }),
      'connector instances',
      'fail: 100 % (10 of 10), at most 70 %',
    ],
    [
      'a figure exactly at its threshold is kept',
      withConnector(well(), { cpuP99: fresh(0.7, NOW, 'm') }),
      'connector cpu',
      'pass: 70 %, at most 70 %',
    ],
    [
      'a connector that could not be read',
      withConnector(well(), { state: absent('c', 'PERMISSION_DENIED') }),
      'connector instances',
      'inconclusive: not measured (PERMISSION_DENIED)',
    ],
    [
      'a late figure, however good',
      withConnector(well(), { cpuP99: late(0.1) }),
      'connector cpu',
      'inconclusive: 10 %, at most 70 %; the figure is late',
    ],
    [
      'a late figure, however bad',
      withConnector(well(), { cpuP99: late(0.99) }),
      'connector cpu',
      'inconclusive: 99 %, at most 70 %; the figure is late',
    ],
    [
      'a database whose allowance is not known',
      withDatabase(well(), { state: absent('sql', 'UNAVAILABLE') }),
      'connections now',
      'inconclusive: not measured (max_connections is not known)',
    ],
    [
      'no request at all',
      allServices(() => ({ requests: fresh({ sinceAt: NOW, total: 0, serverErrors: 0, byRevision: {} }, NOW, 'm') })),
      'error rate',
      'inconclusive: not measured (0 requests in the window, 20 are needed)',
    ],
    [
      'errors enough, though one service is not measured',
      withService(withCertificates(believedWorld(), certificate(60)), 'netra-frontend-staging', () => ({ requests: absent('m') })),
      'error rate',
      'fail: 30 % (120 of 400), at most 5 %',
    ],
    [
      'no errors, but one service is not measured',
      withService(well(), BACKEND, () => ({ requests: absent('m') })),
      'error rate',
      'inconclusive: 0 % (0 of 400), at most 5 %; not every service is measured',
    ],
    [
      'a slow service among fast ones',
      withService(well(), BACKEND, () => ({ p95Ms: fresh(12_000, NOW, 'm') })),
      'p95 latency',
      'fail: 12s, at most 10s',
    ],
    [
      'fast services, but one is not measured',
      withService(well(), BACKEND, () => ({ p95Ms: absent('m') })),
      'p95 latency',
      'inconclusive: 300ms, at most 10s; not every service is measured',
    ],
    [
      'a certificate that runs out soon',
      withCertificates(well(), certificate(9.5)),
      'certificate',
      'fail: 9 days, at least 21 days; staging-cert (ACTIVE)',
    ],
    [
      'an expired certificate',
      withCertificates(well(), certificate(-0.3)),
      'certificate',
      'fail: -1 days, at least 21 days; staging-cert (ACTIVE), expired',
    ],
    [
      'a renewal that failed, while it still serves',
      withCertificates(well(), certificate(30, { status: 'RENEWAL_FAILED' })),
      'certificate',
      'pass: 30 days, at least 21 days; staging-cert (RENEWAL_FAILED)',
    ],
    [
      'a certificate that is not there yet',
      withCertificates(well(), certificate(80, { status: 'PROVISIONING' })),
      'certificate',
      'fail: no certificate that is in force covers it',
    ],
    [
      'a certificate for other names',
      withCertificates(well(), certificate(80, { domains: ['*.api.example.com', 'example.com'] })),
      'certificate',
      'fail: no certificate that is in force covers it',
    ],
    [
      'a wildcard that covers it',
      withCertificates(well(), certificate(80, { domains: ['*.example.com'] })),
      'certificate',
      'pass: 80 days, at least 21 days; staging-cert (ACTIVE)',
    ],
    [
      'the best of two certificates',
      withCertificates(well(), certificate(3), certificate(50)),
      'certificate',
      'pass: 50 days, at least 21 days; staging-cert (ACTIVE)',
    ],
    ['certificates that could not be read', { ...well(), loadBalancer: null }, 'certificate', 'inconclusive: not measured (not looked at)'],
  ])('%s', (_what, observation, name, expected) => {
    expect(outcomeOf(check(observation), name)).toBe(expected);
  });

  it('takes Cloud Run’s own bound of 100 where a service states none', () => {
    const unbounded = withService(well(), BACKEND, (service) => ({
      instances: fresh({ a: 90 }, NOW, 'm'),
      state: fresh({ ...service.state.value!, template: { ...service.state.value!.template, maxInstances: null } }, NOW, 's'),
    }));
    const found = check(unbounded).limits.find(({ name, subject }) => name === 'instances' && subject === BACKEND);
    expect(found?.verdict).toEqual({ outcome: 'fail', because: '90 % (90 of 100), at most 80 %' });
  });

  it('takes the bound of the whole service where that is nearer than those of its revisions', () => {
    const bounded = withService(well(), BACKEND, (service) => ({
      instances: fresh({ a: 5, b: 4 }, NOW, 'm'),
      state: fresh({ ...service.state.value!, bounds: { minInstances: 0, maxInstances: 10 } }, NOW, 's'),
    }));
    const found = check(bounded).limits.find(({ name, subject }) => name === 'instances' && subject === BACKEND);
    expect(found?.verdict).toEqual({ outcome: 'fail', because: '90 % (9 of 10), at most 80 %; 9 over 2 revisions' });
  });

  it('tells the worst case of the connections and decides nothing by it', () => {
    const report = check(well());
    const worst = report.limits.find(({ name }) => name === 'connections at max instances')!;
    expect([worst.decides, worst.verdict.outcome, report.verdict.outcome]).toEqual([false, 'fail', 'pass']);
    expect(capacityLine(report)).toContain('GREEN');
    expect(capacityLine(report)).toContain('worth knowing: connections at max instances');
  });

  it('asks of a document without connector, database and load balancer only what there is', () => {
    const bare = { ...spec, connectors: [], databases: [], loadBalancer: null };
    expect(judgeCapacity(well(), bare, []).limits.map(({ name }) => name)).toEqual([
      'instances',
      'instances',
      'instances',
      'error rate',
      'p95 latency',
    ]);
  });

  it('is never green on absent or late figures (property)', () => {
    const spoilers: readonly ((observation: Observation, spoil: Spoil) => Observation)[] = [
      (seen, spoil) => withConnector(seen, { cpuP99: spoil(connectorOf(seen).cpuP99) }),
      (seen, spoil) => withConnector(seen, { instances: spoil(connectorOf(seen).instances) }),
      (seen, spoil) => withDatabase(seen, { connections: spoil(databaseOf(seen).connections) }),
      (seen, spoil) => withService(seen, BACKEND, (service) => ({ instances: spoil(service.instances) })),
      (seen, spoil) => withService(seen, BACKEND, (service) => ({ requests: spoil(service.requests) })),
      (seen, spoil) => withService(seen, BACKEND, (service) => ({ p95Ms: spoil(service.p95Ms) })),
      (seen, spoil) => ({ ...seen, loadBalancer: { ...seen.loadBalancer!, certificates: spoil(seen.loadBalancer!.certificates) } }),
    ];
    const choice = fc.tuple(fc.subarray([...spoilers], { minLength: 1 }), fc.boolean());
    fc.assert(
      fc.property(choice, ([chosen, gone]) => {
        const spoil: Spoil = (value) => (gone ? absent(value.source) : { ...value, freshness: 'late' });
        const { verdict } = check(chosen.reduce((seen, spoiler) => spoiler(seen, spoil), well()));
        expect(verdict.outcome).toBe('inconclusive');
      }),
    );
  });
});

describe('the capacity table', () => {
  it('has a line per limit and one for all', () => {
    const lines = capacityTable(check(well()));
    expect(lines[0]).toMatch(/^Limit +Of +Now +Threshold +Headroom$/);
    expect(lines.find((line) => line.startsWith('connector cpu'))).toMatch(/^connector cpu +staging-connector +35 % +70 % +35 % +ok$/);
    expect(lines.at(-1)).toMatch(/^Capacity: GREEN: 9 limits kept; worth knowing: /);
  });

  it('says that something is not known, and never ok', () => {
    const lines = capacityTable(check({ ...well(), loadBalancer: null }));
    expect(lines.find((line) => line.startsWith('certificate'))).toMatch(/ \? +21 days +\? +NOT KNOWN: not measured \(not looked at\)$/);
    expect(lines.at(-1)).toMatch(/^Capacity: NOT KNOWN: certificate of api.example.com/);
  });
});

type Spoil = <T>(value: Measured<T>) => Measured<T>;

function late<T>(value: T): Measured<T> {
  return { ...fresh(value, NOW, 'm'), freshness: 'late' };
}

function allServices(change: () => Partial<ServiceObservation>): Observation {
  return Object.keys(well().services).reduce((seen, name) => withService(seen, name, change), well());
}
