import type { Chance } from '../chance.ts';
import { AUTH, BACKEND, CONNECTOR, DATABASE, FRONTEND, OLDER, REGION, SERVICES, SERVING, ofService } from './parts.ts';
import type { Part } from './parts.ts';

/** One kind of illness: on which scenario it is laid, and what would cure it. */
interface Illness extends Part {
  readonly base:
    'already-healthy' | 'issue-1278' | 'issue-1278-as-logged' | 'connection-exhaustion' | 'provider-incident' | 'no-improvement';
  readonly cure: string;
}

type Make = (chance: Chance) => Illness;

const IMAGE = 'us-central1-docker.pkg.dev/netra-staging/services/backend@sha256:751bad';

/** The backend's traffic stands on a new revision with something wrong; the one before it is still there. */
function badRevision(chance: Chance, what: string, defect: object, more: object = {}): Illness {
  const name = `${BACKEND}-00751-new`;
  const base = { connector: CONNECTOR, egress: 'ALL_TRAFFIC', cpu: 2, memoryMib: 2048, minInstances: 4, maxInstances: 40 };
  const world = ofService(BACKEND, {
    load: { requestsPerSecond: rate(chance) },
    traffic: [{ revision: name, percent: 100 }],
    revisions: [
      { name: OLDER, minInstances: 0 },
      { name: SERVING, minInstances: 0, running: { ready: chance.pick([0, 8]), wedged: 0 } },
      { ...base, name, createdBefore: `${chance.between(10, 90)}m`, image: IMAGE, defect, running: { ready: 4 }, ...more },
    ],
  });
  return { what, base: 'already-healthy', cure: `pin:${BACKEND}`, world };
}

function rate(chance: Chance): number {
  return Number((10 ** (-2 + 3.5 * chance.next())).toPrecision(2));
}

/** Of the services whose own trouble it is. */
function troubled(what: string, cure: string, service: string, trouble: object): Illness {
  return { what, cure, base: 'already-healthy', world: ofService(service, { application: { troubles: [trouble] } }) };
}

const heals = (chance: Chance): object => ({
  services: [AUTH, BACKEND].map((name) => ({
    name,
    application: { heals: { after: `${chance.between(1, 6)}m`, share: chance.pick([1, 0.9, 0.6]) } },
  })),
});

export const ILLNESSES: readonly Make[] = [
  (chance) =>
    badRevision(
      chance,
      'a bad image serves: its workers die',
      { kind: 'missing-module', module: 'netra_backend.app' },
      { running: { crashing: 4 } },
    ),
  (chance) => badRevision(chance, 'a bad image serves: part of its answers fail', { kind: 'errors', share: chance.pick([0.1, 0.3, 0.8]) }),
  (chance) => badRevision(chance, 'a bad image serves: it outgrows its memory', { kind: 'out-of-memory', usedMib: 3000, after: '90s' }),
  (chance) =>
    badRevision(chance, 'a bad image serves: it flaps', { kind: 'flaps', upFor: '150s', downFor: '60s', message: 'RuntimeError: cache' }),
  (chance) => badRevision(chance, 'a slow image serves', { kind: 'errors', share: 0, slower: chance.pick([10, 30, 60]) }),
  (chance) => ({
    what: 'a saturated connector',
    base: 'issue-1278',
    cure: 'all of the runbook',
    world: ofService(BACKEND, { load: { requestsPerSecond: rate(chance) } }),
  }),
  (chance) => ({
    what: 'a saturated connector, and instances that heal',
    base: 'issue-1278',
    cure: `connector:${CONNECTOR}`,
    world: heals(chance),
  }),
  (chance) => ({
    what: 'a saturated connector, and a bad newest image',
    base: 'issue-1278',
    cure: 'the runbook without that image',
    world: ofService(chance.pick([AUTH, BACKEND]), { newRevisions: { defect: { kind: 'errors', share: 0.9 } } }),
  }),
  (chance) => ({
    what: 'load that goes away by itself',
    base: 'issue-1278',
    cure: 'none: it ends by itself',
    world: {
      services: [
        { name: FRONTEND, application: { calls: [] } },
        {
          name: BACKEND,
          load: { requestsPerSecond: 1150, changes: [{ at: `${chance.between(1, 15)}m`, requestsPerSecond: 1 }] },
          application: { chatterPacketsPerSecond: 100, calls: [], database: { startupConnections: 3, heldConnections: 2 } },
          revisions: [OLDER, SERVING].map((name) => ({ name, minInstances: 10, maxInstances: 20, running: { ready: 20, wedged: 0 } })),
        },
        {
          name: AUTH,
          application: { chatterPacketsPerSecond: 100, database: { startupConnections: 3, heldConnections: 2 } },
          revisions: [{ name: `${AUTH}-00181-h4z`, minInstances: 4, maxInstances: 4, running: { ready: 4, wedged: 0 } }],
        },
      ],
    },
  }),
  () => ({ what: 'two revisions hold every connection', base: 'connection-exhaustion', cure: `pin:${BACKEND}` }),
  (chance) => ({
    what: 'the newest image misses a module',
    base: 'issue-1278-as-logged',
    cure: `pin:${BACKEND}`,
    world: ofService(BACKEND, { load: { requestsPerSecond: rate(chance) } }),
  }),
  (chance) => ({
    what: 'the database is away',
    base: 'already-healthy',
    cure: 'none: it ends by itself',
    world: { databases: [{ name: DATABASE, outages: [{ from: `${chance.between(-5, 5)}m`, for: `${chance.between(2, 40)}m` }] }] },
  }),
  () => ({
    what: 'the database is stopped',
    base: 'already-healthy',
    cure: 'a human starts it',
    world: { databases: [{ name: DATABASE, activationPolicy: 'NEVER' }] },
  }),
  (chance) => ({
    what: 'Google loses requests',
    base: 'provider-incident',
    cure: 'none: Google ends it',
    world: { incidents: [{ name: '4gtBnUXSKJ2aQ9yNrVeW', endsAfter: `${chance.between(5, 60)}m` }] },
  }),
  (chance) => ({
    ...troubled('an error that passes by itself', 'none: it ends by itself', chance.pick([...SERVICES]), {
      from: `-${chance.between(1, 10)}m`,
      for: `${chance.between(8, 30)}m`,
      failing: chance.pick([0.1, 0.5, 1]),
    }),
  }),
  (chance) =>
    troubled('latency that creeps up', 'unknown', chance.pick([AUTH, BACKEND]), {
      from: `-${chance.between(1, 20)}m`,
      for: `${chance.between(60, 180)}m`,
      slower: chance.pick([20, 40, 80]),
      rising: true,
    }),
  (chance) => troubled('a second of three answers fails', 'unknown', chance.pick([AUTH, BACKEND]), { failing: chance.pick([0.05, 0.3]) }),
  (chance) => ({
    what: 'a second incident in the soak',
    base: 'issue-1278',
    cure: 'all of the runbook, and what follows it',
    world: ofService(BACKEND, {
      application: { troubles: [{ from: `${chance.between(20, 40)}m`, for: `${chance.between(5, 60)}m`, failing: 0.5 }] },
    }),
  }),
  (chance) => ({
    what: 'a tool that sets the traffic back',
    base: 'issue-1278',
    cure: 'a human stops the tool',
    people: [
      {
        at: `${chance.between(4, 12)}m`,
        every: `${chance.between(5, 15)}m`,
        actor: 'terraform@netra-staging.iam.gserviceaccount.com',
        request: {
          method: 'PATCH',
          path: `/v2/${REGION}/services/${BACKEND}?updateMask=traffic`,
          body: { traffic: [OLDER, SERVING].map((revision) => ({ type: 2, revision, percent: 50 })) },
        },
      },
    ],
  }),
  (chance) => ({
    what: 'a pipeline that deploys again and again',
    base: 'issue-1278',
    cure: 'a human stops the pipeline',
    people: [
      {
        at: `${chance.between(2, 8)}m`,
        every: `${chance.between(8, 15)}m`,
        actor: 'ci@netra-staging.iam.gserviceaccount.com',
        request: {
          method: 'PATCH',
          path: `/v2/${REGION}/services/${BACKEND}?updateMask=template.annotations,traffic`,
          body: { template: { annotations: { ci: 'build' } }, traffic: [{ type: 1, percent: 100 }] },
        },
      },
    ],
  }),
  () => ({ what: 'nothing that anybody does helps', base: 'no-improvement', cure: 'unknown' }),
];
