import { describe, expect, it } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { loadScenario } from '../../src/simulator/scenario.ts';
import { tell } from './rehearsed.ts';

const ending = async (yaml: string) => {
  const { rehearsed, expectations } = await tell(loadScenario(yaml, 'thin-evidence.yaml'));
  const context = rehearsed.end.snapshot.context as IncidentContext;
  const unmet = expectations.filter(({ met }) => !met).map(({ what, found }) => `expected ${what}; found ${found}`);
  return { context, unmet, told: rehearsed.after.told.join('\n') };
};

const LEFT_ALONE = 'expect: { outcome: recovered, mutations: { exactly: 0 }, cases: 0, endsWithin: 2h }';

describe('a healthy system is left alone, and proven healthy', () => {
  it.each([
    [
      'one probe fails in one look',
      "faults: [{ id: b, match: { method: GET, path: '/_services/netra-auth-service/health' }, from: 0s, times: 1, answer: { status: 503, statusText: UNAVAILABLE } }]",
    ],
    [
      'one probe fails in two looks on end while users are served well',
      "faults: [{ id: b, match: { method: GET, path: '/_services/netra-backend-staging/health' }, from: 0s, times: 2, answer: { status: 500, statusText: INTERNAL } }]",
    ],
    [
      'IAM refuses our probes for hours',
      "faults: [{ id: b, match: { method: GET, path: '/_services/netra-auth-service/health' }, from: 0s, for: 20m, answer: { status: 403, statusText: PERMISSION_DENIED } }]",
    ],
    [
      'nobody calls it',
      'world: { services: [{ name: netra-frontend-staging, load: { requestsPerSecond: 0 } }, { name: netra-backend-staging, load: { requestsPerSecond: 0 } }, { name: netra-auth-service, load: { requestsPerSecond: 0 } }] }',
    ],
    ['one service answers close to its limit', 'world: { services: [{ name: netra-backend-staging, application: { latencyMs: 1900 } }] }'],
  ])('when %s', async (title, world) => {
    const { unmet, context } = await ending(
      `name: thin\ntitle: ${title}\nbase: already-healthy\ncause: healthy\n${world}\n${LEFT_ALONE}\n`,
    );
    expect(unmet).toEqual([]);
    expect(context.question).toBeNull();
  });
});

describe('an incident that few requests meet', () => {
  it('is mended and recovers at fourteen failing requests an hour', async () => {
    const quiet = ['netra-frontend-staging', 'netra-backend-staging', 'netra-auth-service'].map(
      (name) => `{ name: ${name}, load: { requestsPerSecond: 0.004 } }`,
    );
    const { unmet } = await ending(
      `name: thin\ntitle: few\nbase: issue-1278\ncause: connector-saturation\nworld: { services: [${quiet.join(', ')}] }\nexpect: { outcome: recovered, cases: 0, endsWithin: 4h }\n`,
    );
    expect(unmet).toEqual([]);
  });
});
