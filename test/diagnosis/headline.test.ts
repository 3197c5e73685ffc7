import { expect, test } from 'vitest';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { ServiceState } from '../../src/core/model/observation.ts';
import { headline } from '../../src/diagnosis/headline.ts';
import { BACKEND, BACKEND_REVISIONS, believedWorld, NEW_BACKEND, NOW, serviceState, to } from './fixtures.ts';

const WORDS =
  'http://127.0.0.1:8080/_services/netra-auth-service/health gave no answer (deadline); netra-auth-service: 212 of 212 requests failed (100 %, goal 1 %)';

test('how much more there is, is never cut off, and no word or number is cut in two', () => {
  for (let length = 120; length <= WORDS.length; length += 1) {
    const because = `${WORDS}${' and so on'.repeat(5)}`.slice(0, length + 20).trimEnd();
    const fails = { outcome: 'fail' as const, because };
    const line = headline(believedWorld(), { 'healthy:a': fails, 'healthy:b': fails, 'connector:staging-connector': fails });
    expect(line).toMatch(/ \(and 2 more\)$/);
    expect(line.length).toBeLessThanOrEqual(161);
    const said = line.slice(0, -' (and 2 more)'.length);
    if (!said.endsWith('…')) expect(`${because}; `.startsWith(`${said}; `)).toBe(true);
    else expect(because.slice(said.length - 1)).toMatch(/^\s/);
  }
});

test('what is cut within brackets says that there is more, and the bracket ends', () => {
  const because = `its probes answer well since: 344 of 595 requests failed (58 %; 95 % Wilson 54 %–62 %, goal 1 %)${'; and so on'.repeat(9)}`;
  const fails = { outcome: 'fail' as const, because: `${'backend is suspected, '.repeat(3)}${because}` };
  expect(headline(believedWorld(), { 'healthy:backend': fails })).toMatch(/344 of 595 requests failed \(58 %…\)$/);
});

test('a look in which no service could be read speaks of the way to Google, not of one service', () => {
  const world = believedWorld();
  const unread = absent<ServiceState>('run', 'ECONNREFUSED: run.services.list us-central1: connect ECONNREFUSED 127.0.0.1:8080');
  const services = Object.fromEntries(Object.entries(world.services).map(([name, seen]) => [name, { ...seen, state: unread }]));
  const unknown = { outcome: 'error' as const, because: 'the address of netra-auth-service is not known' };
  expect(headline({ ...world, services }, { 'healthy:netra-auth-service': unknown })).toBe(
    "Google's APIs could not be read in this look (ECONNREFUSED): nothing is decided meanwhile",
  );
});

test('no connector is called well where the document names none', () => {
  expect(headline({ ...believedWorld(), connectors: {} }, {})).toMatch(/^\d+ services healthy$/);
});

test('a newest revision that never became ready is told where all is well, and not while it starts or where it serves', () => {
  const world = believedWorld();
  const backend = world.services[BACKEND]!;
  const [newest, ...older] = BACKEND_REVISIONS;
  const withNewest = (ready: 'no' | 'pending', more: Partial<ServiceState> = {}): string => {
    const failed = { ...newest!, name: 'backend-failed', ready, reason: 'HealthCheckContainerError' };
    const state = serviceState(BACKEND, [failed, newest!, ...older], [to(NEW_BACKEND, 100)], {
      latestCreatedRevision: failed.name,
      ...more,
    });
    return headline({ ...world, services: { [BACKEND]: { ...backend, state: fresh(state, NOW, 'run') } } }, {});
  };
  expect(withNewest('no')).toContain(
    `the newest revision of ${BACKEND}, backend-failed, is not ready (HealthCheckContainerError) and serves nobody`,
  );
  expect(withNewest('pending')).not.toContain('backend-failed');
  expect(withNewest('no', { reconciling: true })).not.toContain('backend-failed');
});
