import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { goLive } from '../../../src/composition/live.ts';
import { observerOver } from '../../../src/controller/validating/make-observer.ts';
import { FIRST_LOOK, runValidation } from '../../../src/controller/validating/suite.ts';
import type { Observation } from '../../../src/core/model/observation.ts';
import type { RemediationSpec } from '../../../src/core/model/spec.ts';
import { createDatabaseProbe } from '../../../src/probes/postgres.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { serveSimulator } from '../../../src/simulator/server.ts';
import { NO_POSTGRES, PASSWORD, USERS, postgresPrograms, startPostgres } from '../../probes/support/postgres-server.ts';
import type { PostgresServer } from '../../probes/support/postgres-server.ts';
import { startTlsPeer } from '../../probes/support/tls-peer.ts';
import { selfSigned } from '../../probes/support/certificate.ts';
import { rehearsed } from '../../capacity/support/rehearsed.ts';
import { createServices } from './support/real-services.ts';
import { becauseOf, never, results, validated } from './support/validated.ts';

const programs = postgresPrograms();

if (programs === null) test.skip(`with a real database: ${NO_POSTGRES}`, () => {});

describe('the validation', () => {
  let postgres: PostgresServer | null = null;
  beforeAll(async () => {
    if (programs !== null) postgres = await startPostgres(programs);
  });
  afterAll(async () => postgres?.[Symbol.asyncDispose]());

  /** With the database probe, where there is a database to probe. */
  const withDatabase = (spec: RemediationSpec): RemediationSpec => {
    if (postgres === null) return spec;
    const where = { host: '127.0.0.1', port: postgres.port, database: 'postgres', user: USERS.scram, password: PASSWORD, tls: true };
    return {
      ...spec,
      databases: [{ ...spec.databases[0]!, probe: { ...where, connections: 5, maxConnectMs: 30_000, warnConnectMs: 25_000 } }],
    };
  };
  const inProcess = () =>
    validated({ change: withDatabase, ...(postgres === null ? {} : { database: (clock) => createDatabaseProbe(clock, null) }) });

  /** Over real sockets; `services` stands in for the simulator's, where it is given. */
  async function overSockets(services: string | null, change = withDatabase) {
    const { spec: plain } = await rehearsed('already-healthy');
    const spec = change(plain);
    const server = await serveSimulator({ port: 0, scenario: readScenario('already-healthy'), speed: 'lockstep' });
    try {
      const live = await goLive({ spec, endpoint: server.url, clockUrl: server.url, readOnly: true });
      const eyes = observerOver({ spec, ...live });
      const observer = { observe: async (signal: AbortSignal) => movedTo(services, await eyes.observe(signal)) };
      return await runValidation({ spec, ...live, observer }, FIRST_LOOK, never);
    } finally {
      await server.close();
    }
  }

  it('comes to the same table in process, over a port, and against real services', async () => {
    const real = createServices();
    await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve));
    try {
      const expected = results(await inProcess());
      expect(expected.filter((line) => !line.endsWith('| pass'))).toEqual(expected.filter((line) => line.startsWith('startup resilience')));
      expect(expected.some((line) => line.startsWith('database operations'))).toBe(postgres !== null);
      expect(results(await overSockets(null))).toEqual(expected);
      expect(results(await overSockets(`http://127.0.0.1:${(real.address() as AddressInfo).port}`))).toEqual(expected);
    } finally {
      real.closeAllConnections();
      await new Promise((resolve) => real.close(resolve));
    }
  });

  it('says of a wrong certificate what is wrong with it, for requests and for the socket', async () => {
    await using peer = await startTlsPeer(selfSigned({ names: ['127.0.0.1'] }));
    const report = await overSockets(peer.url, (spec) => spec);
    expect(becauseOf(report, 'netra-backend-staging /health')).toBe('fail: the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(becauseOf(report, '5 events in order')).toBe('fail: no handshake: the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });
});

/** The same observation with the services at another address. */
function movedTo(url: string | null, observation: Observation): Observation {
  if (url === null) return observation;
  const services = Object.entries(observation.services).map(([name, service]) => {
    const { value } = service.state;
    return [
      name,
      value === null ? service : { ...service, state: { ...service.state, value: { ...value, uri: `${url}/${name}` } } },
    ] as const;
  });
  return { ...observation, services: Object.fromEntries(services) };
}
