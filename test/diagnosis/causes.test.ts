import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/duration.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { AdminChange, Observation } from '../../src/core/model/observation.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { connectorReports } from '../../src/diagnosis/infrastructure/connector-report.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { examine } from '../../src/diagnosis/examination.ts';
import { layerShares } from '../../src/diagnosis/layer-shares.ts';
import { during, incident } from './provider-incidents.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  believedWorld,
  blindWorld,
  connectorOf,
  loggedWorld,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  revision,
  service,
  serviceState,
  SPEC,
  to,
  wellAuth,
  wellFrontend,
  wellWorld,
  withConnector,
  world,
} from './fixtures.ts';

const ill = (
  logs: readonly ReturnType<typeof logGroup>[],
  shape: Partial<Parameters<typeof world>[0]> = {},
  template = {},
): Observation => {
  const state = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]);
  const changed = { ...state, template: { ...state.template, ...template } };
  const backend = service({ state: changed, total: 100, errors: 60, probes: [probe('bad-status')] });
  return world({ services: [wellAuth(), backend, wellFrontend()], logs, ...shape });
};
const firstOf = (observation: Observation, spec: RemediationSpec = SPEC) => diagnose(observation, spec).causes[0];

describe('two revisions at once', () => {
  const split = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 80), to(OLD_BACKEND, 20)]);
  const failing = service({ state: split, total: 100, errors: 60, probes: [probe('bad-status')] });
  const kinds = (shape: Partial<Parameters<typeof world>[0]>): readonly string[] =>
    diagnose(world({ services: [wellAuth(), failing, wellFrontend()], ...shape }), SPEC).causes.map(({ kind }) => kind);

  test('are no cause where connector and database have room: so looks a roll-out', () => {
    expect(kinds({})).not.toContain('revision-contention');
  });

  test('make it worse where the connector is at its limit', () => {
    expect(kinds({ cpu: 0.97, connectorInstances: 10 })).toContain('revision-contention');
  });
});

describe('configuration by evidence', () => {
  const unreachable = logGroup('admin-api-unreachable', BACKEND, NEW_BACKEND, 9, { facts: { host: 'sqladmin' } });

  test('ALL_TRAFFIC and an API that is not reached is the egress; without knowing the egress it is less sure', () => {
    expect(firstOf(ill([unreachable]))).toMatchObject({ kind: 'configuration', subject: BACKEND, confidence: 0.92 });
    expect(firstOf(ill([unreachable], {}, { egress: 'PRIVATE_RANGES_ONLY' }))).toMatchObject({ kind: 'configuration', confidence: 0.6 });
  });

  test('through a saturated connector it is a symptom', () => {
    const seen = ill([unreachable], { cpu: 0.97, connectorInstances: 10 });
    const slow = { ...seen.services[BACKEND]!, p95Ms: fresh(7_000, NOW, 'request_latencies') };
    expect(firstOf({ ...seen, services: { ...seen.services, [BACKEND]: slow } })?.kind).toBe('connector-saturation');
  });

  test('a missing role is the cause where its service fails, surer with a line that says so', () => {
    const accounts = fresh({ [BACKEND]: { account: 'b', missing: ['roles/cloudsql.client'], brokenSecrets: [] } }, NOW, 'iam');
    expect(firstOf({ ...ill([]), accounts })).toMatchObject({ kind: 'configuration', subject: BACKEND, confidence: 0.6 });
    expect(firstOf({ ...ill([logGroup('missing-role', BACKEND, NEW_BACKEND, 4)]), accounts })).toMatchObject({ confidence: 0.95 });
    const elsewhere = { ...accounts, value: { [AUTH]: { account: 'a', missing: ['roles/x'], brokenSecrets: [] } } };
    expect(firstOf({ ...ill([]), accounts: elsewhere })?.kind).toBe('unknown');
  });

  const timeouts = (host: string, port = '6379') => [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 12, { facts: { host, port } })];

  test('connect timeouts to a dependency of another region are its place, not the connector', () => {
    const cache = { name: 'cache', kind: 'redis' as const, host: '10.1.2.3', port: 6379, network: null, region: 'europe-west1' };
    expect(firstOf(ill(timeouts('10.1.2.3')), { ...SPEC, dependencies: [cache] })).toMatchObject({
      kind: 'configuration',
      subject: 'cache',
    });
  });

  test('connect timeouts to a private address without any way into the network are that', () => {
    expect(firstOf(ill(timeouts('10.1.2.3'), {}, { connector: null, egress: null }))).toMatchObject({
      kind: 'configuration',
      subject: BACKEND,
    });
  });

  test('connect timeouts to a database port are the database; to others, with a calm connector, nothing is blamed', () => {
    expect(firstOf(ill(timeouts('10.1.2.3', '5432')))).toMatchObject({ kind: 'database-unreachable' });
    expect(firstOf(ill(timeouts('10.1.2.3')))).toMatchObject({ kind: 'unknown' });
  });
});

describe('the reason of a death', () => {
  const dying = (...reasons: readonly ReturnType<typeof logGroup>[]) =>
    firstOf(ill([logGroup('container-exit', BACKEND, NEW_BACKEND, 12), ...reasons]));
  const group = (signature: string, count: number) => logGroup(signature, BACKEND, NEW_BACKEND, count);

  test('an exception that nothing caught explains it only where nothing better does', () => {
    expect(dying(group('uncaught-exception', 12)), 'seen at each death').toMatchObject({ kind: 'application-crash', confidence: 0.75 });
    expect(dying(group('uncaught-exception', 4)), 'and at some').toMatchObject({ kind: 'application-crash', confidence: 0.65 });
    expect(dying(group('uncaught-exception', 12), group('database-init-timeout', 12))).toMatchObject({ kind: 'database-unreachable' });
  });

  test('lines that no death stands beside are of another time, and explain none', () => {
    const unreachable = group('database-unreachable', 12);
    const apart = { ...unreachable, beside: { failures: 0, deaths: 0 } };
    expect(dying(group('uncaught-exception', 12), unreachable)).toMatchObject({ kind: 'database-unreachable' });
    expect(dying(group('uncaught-exception', 12), apart)).toMatchObject({ kind: 'application-crash' });
  });

  test('a rare complaint from inside does not outweigh what is told at each death', () => {
    expect(dying(group('missing-module', 1), group('database-init-timeout', 12))).toMatchObject({ kind: 'database-unreachable' });
    expect(dying(group('missing-module', 12), group('database-init-timeout', 12))).toMatchObject({ kind: 'application-crash' });
  });
});

const AUTH_NOW = `${AUTH}-00100-aaa`;

describe('incidents of Google’s', () => {
  const noDatabase = ill([logGroup('database-init-timeout', BACKEND, NEW_BACKEND, 9), logGroup('container-exit', BACKEND, NEW_BACKEND, 6)]);

  test('one of the product that shows just such lines is the cause', () => {
    expect(firstOf(during(noDatabase, incident()))).toMatchObject({ kind: 'provider-incident', subject: 'abc' });
  });

  test('one of another product, one that began later, and one beside a bottleneck of ours are suspicions', () => {
    expect(firstOf(during(noDatabase, incident({ products: ['Cloud DNS'] })))?.kind).toBe('database-unreachable');
    expect(firstOf(during(noDatabase, incident({ startedAt: NOW + 20 * MINUTE })))?.kind).toBe('database-unreachable');
    expect(firstOf(during(believedWorld(), incident()))?.kind).toBe('connector-saturation');
    expect(firstOf(during(loggedWorld(), incident({ products: ['Cloud Run'] })))?.kind).toBe('application-crash');
  });

  test('one of the platform does not explain a service that fails while others of the region are surely spared', () => {
    const run = incident({ products: ['Cloud Run'] });
    const failing = (total: number, errors: number) =>
      service({ state: serviceState(AUTH, [revision(AUTH_NOW, HOUR)], [to(AUTH_NOW, 100)]), total, errors });
    const beside = (other: ReturnType<typeof failing>, ...logs: readonly ReturnType<typeof logGroup>[]) => {
      const backend = service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]), total: 100, errors: 60 });
      return firstOf(during(world({ services: [other, backend], logs }), run))?.kind;
    };
    expect(beside(failing(300, 0))).not.toBe('provider-incident');
    expect(beside(failing(300, 150))).toBe('provider-incident');
    expect(beside(failing(6, 0))).toBe('provider-incident');
    expect(beside(failing(300, 45))).not.toBe('provider-incident');
    expect(beside(failing(300, 0), logGroup('no-available-instance', BACKEND, NEW_BACKEND, 40))).toBe('provider-incident');
    expect(beside(failing(300, 0), logGroup('no-available-instance', BACKEND, NEW_BACKEND, 9))).not.toBe('provider-incident');
    const shared = { [NEW_BACKEND]: { total: 80, serverErrors: 56 }, [OLD_BACKEND]: { total: 80, serverErrors: 1 } };
    const split = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)]);
    const alone = world({ services: [service({ state: split, total: 160, errors: 57, byRevision: shared })], logs: [] });
    expect(firstOf(during(alone, run))?.kind).not.toBe('provider-incident');
  });

  test('one that harms nobody leaves a well world healthy', () => {
    expect(diagnose(during(wellWorld(), incident()), SPEC)).toMatchObject({ healthy: true, causes: [] });
  });
});

describe('the split', () => {
  const sum = (shares: Readonly<Record<string, number>>): number =>
    Math.round(Object.values(shares).reduce((all, share) => all + share * 100, 0));

  test('goes by the shares of the causes and sums to 1; nothing wrong is nothing split', () => {
    for (const seen of [believedWorld(), loggedWorld(), blindWorld()])
      expect(sum(layerShares(diagnose(seen, SPEC), seen).shares)).toBe(100);
    expect(layerShares(diagnose(wellWorld(), SPEC), wellWorld()).shares).toEqual({
      infrastructure: 0,
      application: 0,
      process: 0,
      unknown: 0,
    });
    expect(layerShares(diagnose(loggedWorld(), SPEC), loggedWorld()).shares).toMatchObject({ application: 1 });
    expect(layerShares(diagnose(believedWorld(), SPEC), believedWorld()).shares.infrastructure).toBeGreaterThan(0.7);
  });

  const change = (ago: number, resource = `services/${BACKEND}`): AdminChange => ({
    at: NOW - ago,
    actor: 'ci@x',
    method: 'Services.UpdateService',
    resource,
  });
  const changed = (...changes: readonly AdminChange[]) => ({ ...loggedWorld(), changes: fresh(changes, NOW, 'cloudaudit') });
  const processOf = (seen: Observation) => layerShares(diagnose(seen, SPEC), seen).shares.process;

  test('a deploy counts as process only when the admin log shows it at the time the revision was made', () => {
    expect(processOf(changed(change(HOUR + MINUTE)))).toBe(0.2);
    expect(processOf(changed(change(5 * HOUR)))).toBe(0);
    expect(processOf(changed(change(HOUR + MINUTE, 'services/another')))).toBe(0);
    expect(processOf(changed())).toBe(0);
  });
});

describe('the connector doctor', () => {
  test('calls it saturated with its figures, and sets the levers side by side with what they cost', () => {
    const report = connectorReports(believedWorld(), SPEC)[0]!;
    expect(report.verdict).toMatchObject({ outcome: 'fail' });
    expect(report.verdict.because).toContain('cpu p99 97 %');
    expect(report.riders?.map(({ egress }) => egress)).toEqual(['ALL_TRAFFIC', 'ALL_TRAFFIC']);
    const { levers } = report;
    expect(levers.map(({ lever }) => lever).toSorted()).toEqual([
      'Direct VPC egress',
      'PRIVATE_RANGES_ONLY',
      'instances',
      'machine type',
      'several connectors',
    ]);
    for (const lever of levers)
      for (const part of [lever.effect, lever.reversibility, lever.risk, lever.takes]) expect(part.length).toBeGreaterThan(10);
    expect(levers.find(({ lever }) => lever === 'instances')?.impossible).toContain('10 is the largest');
    expect(levers.at(-1)?.lever).toBe('instances');
  });

  test('measures throughput and packets against what the instances carry', () => {
    const seen = believedWorld();
    const busy = withConnector(seen, { throughput: fresh(250_000_000, NOW, 'bytes'), packets: fresh(75_000, NOW, 'packets') });
    const told = connectorReports(busy, SPEC)[0]!
      .signs.map(({ text }) => text)
      .join('\n');
    expect(told).toContain('250 Mbit/s, 25 % of what 10 × e2-micro carry by their documents (packets may end it earlier)');
    expect(told).toContain('75000 packets per second, 7500 per instance, 417 bytes each');
  });

  test('passes only on a fresh and low cpu; full instances and clients that time out keep it open', () => {
    const outcome = (shape: Partial<Parameters<typeof world>[0]>, change = {}) => {
      const seen = ill([logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)], shape);
      return connectorReports(withConnector(seen, change), SPEC)[0]?.verdict.outcome;
    };
    expect(outcome({ cpu: 0.2 })).toBe('pass');
    expect(outcome({ cpu: 0.2, connectorInstances: 10 })).toBe('inconclusive');
    expect(outcome({ cpu: 0.2 }, { cpuP99: { ...connectorOf(believedWorld()).cpuP99, freshness: 'late' } })).toBe('inconclusive');
    expect(connectorReports(blindWorld(), SPEC)[0]?.verdict.outcome).toBe('error');
    expect(connectorReports(wellWorld(), { ...SPEC, connectors: [] })).toEqual([]);
  });
});

test('gates that cannot be measured are inconclusive, whatever was seen', () => {
  for (const seen of [wellWorld(), believedWorld(), blindWorld()]) {
    const { unmeasurable } = examine(seen, SPEC, diagnose(seen, SPEC));
    expect(unmeasurable.map(({ verdict }) => verdict.outcome)).toEqual(['inconclusive', 'inconclusive']);
    expect(unmeasurable[0]?.gate).toContain('10 s');
  }
});
