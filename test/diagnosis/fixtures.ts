import { HOUR } from '../../src/core/duration.ts';
import { absent } from '../../src/core/model/measured.ts';
import type { Observation, ServiceObservation, TrafficTarget } from '../../src/core/model/observation.ts';
import { AUTH, BACKEND, FRONTEND, logGroup, NOW, probe, revision, service, serviceState, to, UNSEEN, world } from './builders.ts';

export * from './builders.ts';
export * from './one-of-each.ts';

const AUTH_REVISIONS = [revision(`${AUTH}-00100-aaa`, 24 * HOUR)];
const FRONTEND_REVISIONS = [revision(`${FRONTEND}-00050-fff`, 24 * HOUR)];
export const NEW_BACKEND = `${BACKEND}-00750-69k`;
export const OLD_BACKEND = `${BACKEND}-00749-6tr`;
export const BACKEND_REVISIONS = [
  revision(NEW_BACKEND, HOUR),
  revision(OLD_BACKEND, 6 * HOUR),
  revision(`${BACKEND}-00748-abc`, 30 * HOUR),
];

export const wellFrontend = (): ServiceObservation =>
  service({ state: serviceState(FRONTEND, FRONTEND_REVISIONS, [to(`${FRONTEND}-00050-fff`, 100)]) });
export const wellAuth = (): ServiceObservation => service({ state: serviceState(AUTH, AUTH_REVISIONS, [to(`${AUTH}-00100-aaa`, 100)]) });
export const wellBackend = (): ServiceObservation => service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]) });

/** Nothing is wrong. */
export const wellWorld = (): Observation =>
  world({ services: [wellAuth(), wellBackend(), wellFrontend()], connector: { min: 3, max: 10, type: 'e2-standard-4' } });

/** The incident as its documents believe it: saturated connector, two warm revisions, 88 % of the connections. */
export function believedWorld(): Observation {
  const both = [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)];
  return world({
    cpu: 0.97,
    connectorInstances: 10,
    connections: 352,
    services: [
      service({
        state: serviceState(AUTH, AUTH_REVISIONS, [to(`${AUTH}-00100-aaa`, 100)]),
        total: 100,
        errors: 30,
        p95Ms: 12_000,
        probes: [probe('bad-status', { url: `https://${AUTH}.run.app/health` })],
      }),
      service({
        state: serviceState(BACKEND, BACKEND_REVISIONS, both),
        total: 300,
        errors: 90,
        p95Ms: 7_200,
        byRevision: { [NEW_BACKEND]: { total: 150, serverErrors: 45 }, [OLD_BACKEND]: { total: 150, serverErrors: 45 } },
        instances: { [NEW_BACKEND]: 24, [OLD_BACKEND]: 22 },
        probes: [probe('bad-status', { url: `https://${BACKEND}.run.app/health` })],
      }),
      wellFrontend(),
    ],
    logs: [
      logGroup('database-init-timeout', BACKEND, NEW_BACKEND, 12, { facts: { seconds: '25.0' } }),
      logGroup('container-exit', BACKEND, NEW_BACKEND, 6, { facts: { exit: '3' } }),
      logGroup('database-init-timeout', BACKEND, OLD_BACKEND, 10, { facts: { seconds: '25.0' } }),
      logGroup('container-exit', BACKEND, OLD_BACKEND, 5, { facts: { exit: '3' } }),
      logGroup('connect-timeout', AUTH, `${AUTH}-00100-aaa`, 20),
      logGroup('malformed-response', BACKEND, NEW_BACKEND, 40),
      logGroup('unrecognised', BACKEND, NEW_BACKEND, 300),
    ],
  });
}

/** The incident as its logs show it: the revision to be pinned dies on a missing module. */
export function loggedWorld(): Observation {
  const traffic: readonly TrafficTarget[] = [{ latest: true, revision: NEW_BACKEND, percent: 100, tag: null }];
  return world({
    cpu: 0.35,
    services: [
      wellAuth(),
      service({
        state: serviceState(BACKEND, BACKEND_REVISIONS, traffic),
        total: 120,
        errors: 120,
        p95Ms: 3_800,
        probes: [probe('bad-status', { url: `https://${BACKEND}.run.app/health` })],
      }),
      wellFrontend(),
    ],
    logs: [
      logGroup('missing-module', BACKEND, NEW_BACKEND, 75, { facts: { module: 'shop.payments' } }),
      logGroup('worker-boot-failed', BACKEND, NEW_BACKEND, 45, { facts: { exit: '3' } }),
      logGroup('container-exit', BACKEND, NEW_BACKEND, 15, { facts: { exit: '3' } }),
      logGroup('malformed-response', BACKEND, NEW_BACKEND, 60),
    ],
  });
}

/** A look that saw nothing at all. */
export function blindWorld(): Observation {
  const none = (name: string): ServiceObservation => ({
    name,
    state: absent(`services/${name}`, 'HTTP 503'),
    requests: absent('request_count'),
    p95Ms: absent('request_latencies'),
    instances: absent('instance_count'),
    starts: absent('startup_latencies'),
    probes: [],
  });
  return {
    at: NOW,
    connectors: {
      'staging-connector': {
        state: absent('connector'),
        cpuP99: absent('cpu'),
        instances: absent('instances'),
        throughput: absent('bytes'),
        packets: absent('packets'),
        riders: absent('services'),
      },
    },
    services: { [AUTH]: none(AUTH), [BACKEND]: none(BACKEND), [FRONTEND]: none(FRONTEND) },
    databases: { 'staging-shared-postgres': { state: absent('instance'), connections: absent('num_backends'), cpu: absent('cpu') } },
    logs: absent('entries:list'),
    ...UNSEEN,
    reads: {},
  };
}

/** All is well, and the traffic of the back end is shared out to its two revisions: so much to the newer one. */
export const splitBackend = (own: number): Observation =>
  world({
    services: [
      wellAuth(),
      service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, own), to(OLD_BACKEND, 100 - own)]), total: 100 }),
      wellFrontend(),
    ],
  });
