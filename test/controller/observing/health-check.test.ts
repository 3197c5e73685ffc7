import { describe, expect, it } from 'vitest';
import { askHealth } from '../../../src/controller/observing/health-check.ts';
import { preflight } from '../../../src/controller/activities/preflight.ts';
import type { HealthCheckSpec, RemediationSpec } from '../../../src/core/model/spec.ts';
import { UserError } from '../../../src/core/errors.ts';
import { testify } from '../../../src/diagnosis/witnesses/testimony.ts';
import { FIRST_LOOK } from '../../../src/controller/validating/suite.ts';
import { createProbes } from '../../../src/probes/probes.ts';
import { startPeer } from '../../gcp/support/peer.ts';
import { SkippingClock } from '../../gcp/support/skipping-clock.ts';
import { observerOver, scenarioLike } from './support/rig.ts';

const never = new AbortController().signal;

/** The document of private services with these checks for one of them. */
function asking(service: string, ...health: readonly HealthCheckSpec[]): (spec: RemediationSpec) => RemediationSpec {
  return (spec) => ({ ...spec, services: spec.services.map((each) => (each.name === service ? { ...each, health } : each)) });
}

async function lookOf(service: string, checks: readonly HealthCheckSpec[], world = '') {
  const rig = await observerOver(scenarioLike('internal-service', world), asking(service, ...checks));
  const observation = await rig.look();
  const probes = observation.services[service]?.probes;
  return { ...rig, probes, said: testify(observation, rig.spec, FIRST_LOOK)[service]?.probes };
}

const GRPC: HealthCheckSpec = { kind: 'grpc', url: '/', maxLatencyMs: 2_000, grpcService: 'rates.v1.Rates' };
const GET: HealthCheckSpec = { url: '/health', maxLatencyMs: 2_000 };

describe('a health check of a service that only invokers may call', () => {
  it('is met with an ID token of our own account, and says so', async () => {
    const { probes, said } = await lookOf('rates', [{ ...GRPC, identity: 'self' }]);
    expect(probes).toMatchObject([{ kind: 'grpc', outcome: 'ok', status: 200, said: 'SERVING', problem: null }]);
    expect(said).toMatchObject({ word: 'well' });
    expect(said?.because).toContain('gRPC health answers SERVING');
  });

  it('without one is turned away at the door, which says nothing of the service', async () => {
    const { probes, said } = await lookOf('rates', [GRPC]);
    expect(probes).toMatchObject([{ outcome: 'bad-status', status: 403 }]);
    expect(said).toMatchObject({ word: 'silent', silence: 'unreached' });
    expect(said?.because).toMatch(/^not reachable from here: .* answered HTTP 403, which is a missing right$/);
    expect(said?.because).not.toContain('SERVING');
  });

  it('is met with the token of the account that is named, and not of another', async () => {
    const account = 'desk@my-project.iam.gserviceaccount.com';
    expect((await lookOf('quotes', [{ ...GET, identity: account }])).probes).toMatchObject([{ outcome: 'ok' }]);
    expect((await lookOf('quotes', [{ ...GET, identity: 'self' }])).said).toMatchObject({ silence: 'unreached' });
  });

  it('is not asked, and is no illness, where the account may not be impersonated', async () => {
    const account = 'desk@my-project.iam.gserviceaccount.com';
    const denied = 'grants: { denied: [iam.serviceAccounts.getOpenIdToken] }\n';
    const { probes, said, cloud, spec, clock, go } = await lookOf('quotes', [{ ...GET, identity: account }], denied);
    expect(probes).toMatchObject([{ outcome: 'unsent', status: null }]);
    expect(said).toMatchObject({ word: 'silent', silence: 'unreached' });
    expect(said?.because).toMatch(/^not asked from here: .*no ID token: .*PERMISSION_DENIED/s);
    const { refusals, warnings } = await go(preflight({ cloud, spec, clock }, {}, { signal: never }));
    expect(refusals).toEqual([]);
    expect(warnings.join('\n')).toContain(
      `add-iam-policy-binding ${account} --project=my-project --member=serviceAccount:ACCOUNT --role=roles/iam.serviceAccountOpenIdTokenCreator`,
    );
  });

  it('asks Google for one token an hour, not one a look', async () => {
    const account = 'desk@my-project.iam.gserviceaccount.com';
    const { looks, simulator } = await lookOf('quotes', [{ ...GET, identity: account }]);
    await looks(5);
    expect(simulator.requestsByApi()['iamcredentials.googleapis.com']).toBe(1);
  });
});

describe('gRPC health that is no SERVING', () => {
  it('of a name that the server does not know, and of a server that speaks no gRPC, is a question in vain', async () => {
    const unknown = await lookOf('rates', [{ ...GRPC, grpcService: 'other.v1.Name', identity: 'self' }]);
    expect(unknown.probes).toMatchObject([{ outcome: 'bad-status', status: 404, said: 'NOT_FOUND' }]);
    expect(unknown.said).toMatchObject({ silence: 'unreached' });
    const web = await lookOf('desk', [{ ...GRPC }]);
    expect(web.said).toMatchObject({ silence: 'unreached' });
  });

  it('of a server that cannot do its work speaks against it', async () => {
    const troubles = 'world: { services: [{ name: rates, application: { troubles: [{ failing: 1 }] } }] }\n';
    const { probes, said } = await lookOf('rates', [{ ...GRPC, identity: 'self' }], troubles);
    expect(probes).toMatchObject([{ outcome: 'bad-status', status: 500, said: 'INTERNAL' }]);
    expect(said).toMatchObject({ word: 'ill' });
    expect(said?.because).toMatch(/gRPC health of http.* answers INTERNAL/);
  });
});

describe('a bare connection', () => {
  const PORT: HealthCheckSpec = { kind: 'tcp', url: 'tcp://10.0.0.5:8443', maxLatencyMs: 2_000 };
  const listens = 'world: { services: [{ name: ledger, listens: ["10.0.0.5:8443"] }] }\n';

  it('vouches for nothing by itself', async () => {
    const { probes, said } = await lookOf('ledger', [PORT], listens);
    expect(probes).toMatchObject([{ kind: 'tcp', outcome: 'ok', status: null }]);
    expect(said).toEqual(
      expect.objectContaining({
        word: 'silent',
        silence: 'unasked',
        because: 'tcp://10.0.0.5:8443 takes connections: what answers was not asked',
      }),
    );
  });

  it('that is not taken speaks against it', async () => {
    const { said } = await lookOf('ledger', [PORT]);
    expect(said).toMatchObject({ word: 'ill' });
    expect(said?.because).toContain('tcp://10.0.0.5:8443 takes no connection (refused)');
  });
});

describe('a GET', () => {
  const ask = (check: HealthCheckSpec, url: string) =>
    askHealth(
      {
        probes: createProbes({ clock: new SkippingClock(5_000) }),
        clock: new SkippingClock(),
        cloud: { identity: { token: () => Promise.reject(new UserError('no-id-token', 'none', 'none')) } },
      },
      check,
      { url, own: url, signal: never },
    );

  it('carries its headers, and tells nothing of their values', async () => {
    await using peer = await startPeer(() => ({ status: 204 }));
    const result = await ask({ ...GET, headers: { 'X-Api-Key': 'hunter2' } }, peer.url);
    expect(peer.received[0]?.headers['x-api-key']).toBe('hunter2');
    expect(result).toMatchObject({ outcome: 'ok', status: 204 });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('is good with the one status that is expected, and with no other', async () => {
    await using peer = await startPeer(() => ({ status: 401 }));
    expect(await ask({ ...GET, expectStatus: 401 }, peer.url)).toMatchObject({ outcome: 'ok' });
    expect(await ask({ ...GET, expectStatus: 200 }, peer.url)).toMatchObject({ outcome: 'bad-status' });
  });

  it('is not sent without the token that has to go along', async () => {
    await using peer = await startPeer(() => ({}));
    expect(await ask({ ...GET, identity: 'self' }, peer.url)).toMatchObject({ outcome: 'unsent', problem: 'no ID token: none' });
    expect(peer.received).toEqual([]);
  });
});
