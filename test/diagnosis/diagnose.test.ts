import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { absent } from '../../src/core/model/measured.ts';
import type { CauseKind } from '../../src/core/model/diagnosis.ts';
import type { LogGroup, Observation } from '../../src/core/model/observation.ts';
import { fresh } from '../../src/core/model/measured.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { SIGNATURES } from '../../src/diagnosis/signatures.ts';
import { captureExists, logsOnly, readCapture } from './captures.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  believedWorld,
  blindWorld,
  loggedWorld,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  service,
  serviceState,
  SPEC,
  to,
  wellAuth,
  wellBackend,
  wellFrontend,
  wellWorld,
  withConnector,
  world,
} from './fixtures.ts';

const illBackend = (probes = [probe('bad-status')]) =>
  service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]), total: 100, errors: 60, probes });

const ill = (logs: readonly LogGroup[], shape: Partial<Parameters<typeof world>[0]> = {}): Observation =>
  world({ services: [wellAuth(), illBackend(), wellFrontend()], logs, ...shape });

const TABLE: readonly { readonly what: string; readonly seen: Observation; readonly first: CauseKind }[] = [
  { what: 'the incident as its documents believe it', seen: believedWorld(), first: 'connector-saturation' },
  { what: 'the incident as its logs show it', seen: loggedWorld(), first: 'application-crash' },
  {
    what: 'memory that runs out',
    seen: ill([logGroup('out-of-memory', BACKEND, NEW_BACKEND, 8), logGroup('malformed-response', BACKEND, NEW_BACKEND, 30)]),
    first: 'application-crash',
  },
  {
    what: 'a missing secret',
    seen: ill([logGroup('missing-setting', BACKEND, NEW_BACKEND, 9), logGroup('container-exit', BACKEND, NEW_BACKEND, 9)]),
    first: 'configuration',
  },
  { what: 'names that do not resolve', seen: ill([logGroup('name-resolution', BACKEND, NEW_BACKEND, 40)]), first: 'name-resolution' },
  {
    what: 'names that do not resolve through a saturated connector',
    seen: ill([logGroup('name-resolution', BACKEND, NEW_BACKEND, 40), logGroup('connect-timeout', BACKEND, NEW_BACKEND, 40)], {
      cpu: 0.98,
      connectorInstances: 10,
    }),
    first: 'connector-saturation',
  },
  {
    what: 'connection slots used up',
    seen: ill([logGroup('connection-slots', BACKEND, NEW_BACKEND, 25)], { connections: 396 }),
    first: 'connection-budget',
  },
  {
    what: 'a database that does not answer although connector and connections are well',
    seen: ill([logGroup('database-init-timeout', BACKEND, NEW_BACKEND, 8), logGroup('container-exit', BACKEND, NEW_BACKEND, 4)]),
    first: 'database-unreachable',
  },
  { what: 'an Admin API quota', seen: ill([logGroup('api-quota', BACKEND, NEW_BACKEND, 12)]), first: 'quota-or-regional-shortage' },
  {
    what: 'a certificate',
    seen: world({ services: [wellAuth(), illBackend([probe('error', { problem: 'tls' })]), wellFrontend()] }),
    first: 'certificate-or-routing',
  },
  {
    what: 'failures that only show their consequence',
    seen: ill([logGroup('malformed-response', BACKEND, NEW_BACKEND, 30)]),
    first: 'unknown',
  },
];

describe('diagnosis', () => {
  test.each(TABLE)('names $first first for $what', ({ seen, first }) => {
    const diagnosis = diagnose(seen, SPEC);
    expect(diagnosis.healthy).toBe(false);
    expect(diagnosis.causes[0]?.kind).toBe(first);
    if (first !== 'unknown') expect(diagnosis.causes[0]?.evidence.length).toBeGreaterThan(0);
  });

  test('a well world is healthy and has no causes, however noisy its logs', () => {
    const noise = [
      logGroup('unrecognised', BACKEND, NEW_BACKEND, 900),
      logGroup('missing-module', BACKEND, NEW_BACKEND, 3),
      logGroup('name-resolution', AUTH, 'x', 2),
    ];
    const seen = world({ services: [wellAuth(), wellBackend(), wellFrontend()], logs: noise });
    expect(diagnose(wellWorld(), SPEC)).toMatchObject({ healthy: true, causes: [], whys: [] });
    expect(diagnose(seen, SPEC).healthy).toBe(true);
  });

  test('is not healthy when something needed was not measured, and says what', () => {
    const seen = wellWorld();
    const blinded = withConnector(seen, { cpuP99: absent<number>('cpu', 'HTTP 429') });
    const diagnosis = diagnose(blinded, SPEC);
    expect(diagnosis.healthy).toBe(false);
    expect(diagnosis.causes.map((cause) => cause.kind)).toEqual(['unknown']);
    expect(diagnosis.unknowns).toContain('staging-connector: cpu could not be seen: HTTP 429');
    expect(diagnose(blindWorld(), SPEC).unknowns.length).toBeGreaterThan(15);
  });

  test('a crash takes its own failures whole; other services keep their own cause', () => {
    const seen = { ...loggedWorld() };
    expect(diagnose(seen, SPEC).causes).toHaveLength(1);
    const hot = world({ services: Object.values(seen.services), cpu: 0.97, logs: seen.logs.value ?? [] });
    const [crash] = diagnose(hot, SPEC).causes;
    expect(crash).toMatchObject({ kind: 'application-crash' });
    expect(crash?.share).toBeGreaterThan(0.95);
    const both = world({
      services: [
        service({ state: wellAuth().state.value!, total: 100, errors: 40, probes: [probe('bad-status')] }),
        loggedWorld().services[BACKEND]!,
        wellFrontend(),
      ],
      cpu: 0.96,
      logs: [...(seen.logs.value ?? []), logGroup('connect-timeout', AUTH, `${AUTH}-00100-aaa`, 30)],
    });
    const kinds = diagnose(both, SPEC).causes.map((cause) => cause.kind);
    expect(kinds).toEqual(expect.arrayContaining(['application-crash', 'connector-saturation']));
  });

  test('a death of long ago does not speak about now', () => {
    const old = { lastAt: NOW - 40 * MINUTE };
    const seen = ill([logGroup('missing-module', BACKEND, NEW_BACKEND, 9, old), logGroup('container-exit', BACKEND, NEW_BACKEND, 9, old)]);
    expect(diagnose(seen, SPEC).causes[0]?.kind).toBe('unknown');
  });

  test('a revision without traffic that dies is not what users meet', () => {
    const seen = ill([logGroup('missing-module', BACKEND, OLD_BACKEND, 9), logGroup('container-exit', BACKEND, OLD_BACKEND, 9)]);
    expect(diagnose(seen, SPEC).causes.some((cause) => cause.kind === 'application-crash')).toBe(false);
  });

  test('a hot connector alone needs no client timeout, bytes and READY say nothing', () => {
    const hot = ill([], { cpu: 0.9 });
    const slow = { ...hot.services[BACKEND]!, p95Ms: fresh(7_000, NOW, 'request_latencies') };
    expect(diagnose({ ...hot, services: { ...hot.services, [BACKEND]: slow } }, SPEC).causes[0]).toMatchObject({
      kind: 'connector-saturation',
      confidence: 0.65,
    });
    expect(
      diagnose(ill([], { cpu: 0.3, connectorInstances: 10 }), SPEC).causes.some((cause) => cause.kind === 'connector-saturation'),
    ).toBe(false);
  });

  test('shares are hundredths that sum to exactly 1, confidences stay within 0 and 1', () => {
    const group = fc
      .record({
        signature: fc.constantFrom(...SIGNATURES.map(({ id }) => id)),
        service: fc.constantFrom(AUTH, BACKEND),
        count: fc.integer({ min: 1, max: 500 }),
      })
      .map(({ signature, service: name, count }) => logGroup(signature, name, name === AUTH ? `${AUTH}-00100-aaa` : NEW_BACKEND, count));
    fc.assert(
      fc.property(
        fc.array(group, { maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 400 }),
        (logs, cpu, connections) => {
          const { causes } = diagnose(ill(logs, { cpu, connections }), SPEC);
          expect(Math.round(causes.reduce((sum, cause) => sum + cause.share * 100, 0))).toBe(100);
          for (const { confidence, share } of causes) expect(confidence >= 0 && confidence <= 1 && share > 0).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the whys go from the symptom down and stop where the evidence stops', () => {
    const { whys } = diagnose(loggedWorld(), SPEC);
    expect(whys.length).toBeLessThanOrEqual(5);
    expect(whys[0]?.because).toContain('120 of 120 requests failed');
    expect(whys.map(({ because }) => because).join('\n')).toContain('lacks shop.payments');
  });
});

describe('a capture alone', () => {
  test.skipIf(!captureExists('1750-import-error.json'))('the import error is an application crash, with counts and the revision', () => {
    const [first] = diagnose(logsOnly(readCapture('1750-import-error.json')), SPEC).causes;
    expect(first).toMatchObject({ kind: 'application-crash', subject: 'netra-backend-staging-00734-fvm', share: 1 });
    expect(first?.summary).toContain('15 deaths');
  });

  test.skipIf(!captureExists('1303-database-timeout.json'))(
    'the database timeout is not blamed on the application or on the connector',
    () => {
      const { causes } = diagnose(logsOnly(readCapture('1303-database-timeout.json')), SPEC);
      expect(causes[0]).toMatchObject({ kind: 'database-unreachable', subject: 'staging-shared-postgres' });
      expect(causes[0]?.summary).toContain('25.0 s');
      expect(causes.map(({ kind }) => kind)).not.toContain('connector-saturation');
      expect(causes.map(({ kind }) => kind)).not.toContain('application-crash');
    },
  );
});
