import { describe, expect, test } from 'vitest';
import { diagnosisOf } from '../made/grade.ts';

type Entry = Readonly<Record<string, unknown>>;
const times = (count: number, make: (index: number) => Entry): readonly Entry[] => Array.from({ length: count }, (_, index) => make(index));
const clock = (index: number): string => new Date(Date.UTC(2026, 1, 1, 7) + index * 2_000).toISOString();

const balanced =
  (status: number, backend = 'api-be', statusDetails = 'response_sent_by_backend') =>
  (index: number): Entry => ({
    insertId: `lb-${backend}-${index}`,
    timestamp: clock(index),
    severity: status >= 400 ? 'WARNING' : 'INFO',
    logName: 'projects/p/logs/requests',
    resource: { type: 'http_load_balancer', labels: { url_map_name: 'edge', backend_service_name: backend } },
    jsonPayload: { statusDetails },
    httpRequest: { requestUrl: `https://shop.example/${index}`, status, userAgent: 'Mozilla/5.0', latency: '0.02s' },
  });

const run =
  (status: number, service = 'web') =>
  (index: number): Entry => ({
    insertId: `run-${service}-${index}`,
    timestamp: clock(index),
    severity: status >= 500 ? 'ERROR' : 'INFO',
    logName: 'projects/p/logs/run.googleapis.com%2Frequests',
    resource: { type: 'cloud_run_revision', labels: { service_name: service, revision_name: `${service}-00001-abc` } },
    httpRequest: { requestUrl: `https://shop.example/${index}`, status, userAgent: 'Mozilla/5.0', latency: '0.02s' },
  });

const diagnosed = (...entries: readonly (readonly Entry[])[]) => diagnosisOf(JSON.stringify(entries.flat()));

describe('a load balancer’s log beside that of the services', () => {
  test('a backend that answers 404 to all, while no service logs one, has nothing behind it', () => {
    const { verdict, diagnosis } = diagnosed(times(40, balanced(404)), times(40, balanced(200, 'web-be')), times(40, run(200)));
    expect(verdict).toBe('trouble');
    expect(diagnosis.causes[0]).toMatchObject({ kind: 'certificate-or-routing', confidence: 0.75 });
    expect(diagnosis.causes[0]?.summary).toContain('api-be answers 404 to all (nothing is behind this backend');
  });

  test('404 that the service answers itself, 404 for some, and 404 without any service’s log prove nothing of the kind', () => {
    const own = diagnosed(times(40, balanced(404)), times(40, run(404)));
    const some = diagnosed(times(15, balanced(404)), times(40, balanced(200)), times(40, run(200)));
    const alone = diagnosed(times(40, balanced(404)));
    for (const { diagnosis } of [own, some, alone]) expect(diagnosis.causes.filter(({ kind }) => kind !== 'unknown')).toEqual([]);
  });

  test('an answer that it only handed on is not its failure: the same failures are not told twice', () => {
    const { diagnosis, capture } = diagnosed(times(40, balanced(503)), times(40, run(503)));
    expect(diagnosis.causes.map(({ kind }) => kind)).toEqual(['unknown']);
    expect(diagnosis.causes[0]?.subject).toBe('web');
    expect(capture.requests['load balancer edge']?.serverErrors).toBe(0);
  });

  test('where only its log was exported, what it handed on still counts as failed', () => {
    expect(diagnosed(times(40, balanced(503)))).toMatchObject({ verdict: 'trouble', diagnosis: { causes: [{ kind: 'unknown' }] } });
  });
});

describe('time-outs to private addresses, without any figure of the way', () => {
  const timedOut =
    (host: string, port: number, service: string) =>
    (index: number): Entry => ({
      insertId: `t-${service}-${host}-${index}`,
      timestamp: clock(index),
      severity: 'ERROR',
      logName: 'projects/p/logs/run.googleapis.com%2Fstderr',
      resource: { type: 'cloud_run_revision', labels: { service_name: service, revision_name: `${service}-00001-abc` } },
      textPayload: `Error 110 connecting to ${host}:${port}. Connection timed out.`,
    });
  const database = timedOut('10.1.0.3', 5432, 'web');
  const redis = timedOut('10.1.0.9', 6379, 'web');

  test('of a database and others at once, while other requests pass, are the way into the network', () => {
    const { diagnosis } = diagnosed(times(20, database), times(20, redis), times(20, run(503)), times(20, run(200)));
    expect(diagnosis.causes[0]).toMatchObject({ kind: 'connector-saturation', confidence: 0.6 });
  });

  test('of several services at once likewise, though nothing passes', () => {
    const other = timedOut('10.1.0.9', 6379, 'auth');
    const { diagnosis } = diagnosed(times(20, database), times(20, other), times(20, run(503)), times(20, run(503, 'auth')));
    expect(diagnosis.causes[0]).toMatchObject({ kind: 'connector-saturation', confidence: 0.5 });
  });

  test('of one database alone are its route, its firewall or itself', () => {
    const { diagnosis } = diagnosed(times(20, database), times(20, run(503)), times(20, run(200)));
    expect(diagnosis.causes[0]).toMatchObject({ kind: 'database-unreachable' });
  });
});
