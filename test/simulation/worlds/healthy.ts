import type { Chance } from '../chance.ts';
import { AUTH, BACKEND, CONNECTOR, DATABASE, FRONTEND, OLDER, REGION, SERVICES, SERVING, ofService } from './parts.ts';
import type { Part } from './parts.ts';

/**
 * What a healthy system looks like from outside now and then. None of it is an incident: users are well but for a moment.
 * `busy` tells that there are users enough to know it by; without them reachability is all there is.
 */
export const ODDITIES: readonly ((chance: Chance, busy: boolean) => Part | null)[] = [
  (chance) => ({
    what: 'a few probes fail',
    faults: [{ ...probesOf(chance), probability: chance.pick([0.02, 0.05]), answer: { status: chance.pick([500, 502, 503, 504]) } }],
  }),
  (chance) => ({
    what: 'one probe fails in the first look',
    faults: [{ ...probesOf(chance), from: `${chance.between(0, 40)}s`, times: chance.between(1, 2), answer: { status: 503 } }],
  }),
  (chance) => ({
    what: 'slow answers just below the limit',
    faults: [{ ...probesOf(chance), probability: 0.3, answer: { delay: `${chance.between(1_300, 1_700)}ms` } }],
  }),
  (chance) => ({
    what: 'single probes beyond the limit',
    faults: [{ ...probesOf(chance), probability: 0.03, answer: { delay: '4s' } }],
  }),
  (chance) => ({
    what: 'all targets slow for one look',
    faults: [{ match: { method: 'GET', path: '/_services/**' }, from: `${chance.between(1, 20)}m`, for: '25s', answer: { delay: '3s' } }],
  }),
  (_, busy) => (busy ? { what: 'internal ingress', world: ofService(BACKEND, { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }) } : null),
  (chance, busy) =>
    busy
      ? {
          what: 'a health path that is not there',
          world: ofService(chance.pick([AUTH, BACKEND]), { application: { answers: { '/health': chance.pick([401, 403, 404]) } } }),
        }
      : null,
  (chance) => ({
    what: 'no figures for a while',
    faults: [
      {
        match: { path: '/v3/**' },
        from: `${chance.pick([0, 0, chance.between(1, 20)])}m`,
        for: `${chance.between(1, 12)}m`,
        answer: chance.pick<object>([{ status: 503 }, { rewrite: 'series-missing' }, { rewrite: 'series-late' }]),
      },
    ],
  }),
  (chance) => ({
    what: 'no logs for a while',
    faults: [
      {
        match: { path: '/v2/entries:list' },
        from: `${chance.between(0, 15)}m`,
        for: `${chance.between(1, 15)}m`,
        answer: { status: chance.pick([429, 503]) },
      },
    ],
  }),
  (chance) => ({
    what: 'Google’s APIs fail now and then',
    faults: [{ match: { path: '/v*/**' }, probability: chance.pick([0.005, 0.02]), answer: { status: chance.pick([500, 503]) } }],
  }),
  (chance) => ({
    what: 'a cost tool labels a service',
    people: [
      {
        at: `${chance.between(1, 10)}m`,
        every: `${chance.between(5, 20)}m`,
        actor: 'cost-tool@netra-staging.iam.gserviceaccount.com',
        request: {
          method: 'PATCH',
          path: `/v2/${REGION}/services/${FRONTEND}?updateMask=labels`,
          body: { labels: { 'cost-center': 'staging' } },
        },
      },
    ],
  }),
  (chance) => ({
    what: 'noisy logs',
    world: ofService(chance.pick([AUTH, BACKEND]), {
      application: {
        chatter: [
          { every: `${chance.between(10, 60)}s`, message: 'ERROR: cache miss for key session:9f2 (this is expected after eviction)' },
          { every: `${chance.between(20, 90)}s`, message: 'TimeoutError: connect to api.example.com:443 timed out, retrying' },
          { every: '45s', message: 'jwt.exceptions.ExpiredSignatureError: Signature has expired (handled, answered 401)' },
        ],
      },
    }),
  }),
  (chance) => ({
    what: 'a few answers fail, once',
    world: ofService(chance.pick([...SERVICES]), {
      application: {
        troubles: [{ from: `${chance.pick([-1, 1]) * chance.between(1, 15)}m`, for: '20s', failing: chance.pick([0.2, 0.6, 1]) }],
      },
    }),
  }),
  (chance) => ({
    what: 'one answer in two thousand fails',
    world: ofService(chance.pick([AUTH, BACKEND]), { application: { troubles: [{ failing: 0.0005 }] } }),
  }),
  (chance) => ({
    what: 'the database was away, and is back',
    world: { databases: [{ name: DATABASE, outages: [{ from: `-${chance.between(3, 15)}m`, for: `${chance.between(10, 90)}s` }] }] },
  }),
  (chance) => ({
    what: 'a connector at its limit of instances with nothing to do',
    world: { connectors: [{ name: CONNECTOR, activeInstances: 10, machineType: chance.pick(['e2-micro', 'e2-standard-4']) }] },
  }),
  (chance) => ({
    what: 'a bad revision that serves nobody',
    world: ofService(BACKEND, {
      traffic: [{ revision: SERVING, percent: 100 }],
      revisions: [
        { name: OLDER, createdBefore: '500h', minInstances: 0 },
        {
          name: `${BACKEND}-00751-new`,
          createdBefore: `${chance.between(5, 60)}m`,
          image: 'us-central1-docker.pkg.dev/netra-staging/services/backend@sha256:751bad',
          minInstances: 0,
          connector: CONNECTOR,
          egress: 'ALL_TRAFFIC',
          defect: { kind: 'missing-module', module: 'netra_backend.app' },
        },
      ],
    }),
  }),
  (chance) => ({
    what: 'an image tag that has moved to a bad build',
    world: ofService(chance.pick([AUTH, BACKEND]), {
      newRevisions: { defect: { kind: 'exits', message: 'ValueError: settings are not valid JSON' } },
    }),
  }),
  (chance) => ({ what: 'another clock', world: { clockSkew: `${chance.pick(['-', ''])}${chance.between(5, 400)}s` } }),
];

function probesOf(chance: Chance): object {
  return { match: { method: 'GET', path: `/_services/${chance.pick([...SERVICES])}/health` } };
}

/** Traffic from two requests an hour to a thousand a second, with what such a service has to carry it. */
export function traffic(chance: Chance): { readonly part: Part; readonly busy: boolean } {
  const rate = (): number => Number((10 ** (-3.25 + 6.25 * chance.next())).toPrecision(2));
  const [auth, backend, frontend] = [rate(), rate(), rate()];
  const own = (name: string, requestsPerSecond: number, revision: string): object => ({
    name,
    load: { requestsPerSecond },
    application: { packetsPerRequest: 10, cpuMsPerRequest: 5 },
    revisions: [{ name: revision, cpu: 2, maxInstances: 40 }],
  });
  const world = {
    connectors: [{ name: CONNECTOR, packetsPerInstance: { 'f1-micro': 8_000, 'e2-micro': 16_000, 'e2-standard-4': 64_000 } }],
    databases: [{ name: DATABASE, flags: [{ name: 'max_connections', value: '1000' }] }],
    services: [
      own(AUTH, auth, `${AUTH}-00181-h4z`),
      own(BACKEND, backend, SERVING),
      { ...own(FRONTEND, frontend, `${FRONTEND}-00210-q8x`), application: { packetsPerRequest: 10, cpuMsPerRequest: 5, calls: [] } },
    ],
  };
  return { part: { what: `${auth}, ${backend}, ${frontend} requests/s`, world }, busy: Math.min(auth, backend) >= 1 };
}
