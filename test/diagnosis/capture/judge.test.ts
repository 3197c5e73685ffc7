import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../../src/diagnosis/capture/capture.ts';
import { diagnoseCapture } from '../../../src/diagnosis/capture/diagnose-capture.ts';
import type { CaptureDiagnosis } from '../../../src/diagnosis/capture/diagnose-capture.ts';
import { toRawEntry } from '../../../src/gcp/logging/raw-entry.ts';

type Entry = Readonly<Record<string, unknown>>;

let serial = 0;
function entry(of: Entry, service = 'api', revision = `${service}-00001-abc`): Entry {
  serial += 1;
  const timestamp = new Date(Date.UTC(2026, 1, 1, 7) + (serial % 600) * 1_000).toISOString();
  const labels = { service_name: service, revision_name: revision };
  return { insertId: `i${serial}`, timestamp, severity: 'INFO', resource: { type: 'cloud_run_revision', labels }, ...of };
}

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);
const request = (
  status: number,
  {
    path = '/cart',
    agent = 'Mozilla/5.0',
    service = 'api',
    revision,
  }: { path?: string; agent?: string; service?: string; revision?: string } = {},
): Entry =>
  entry({ httpRequest: { requestUrl: `https://shop.example${path}`, status, userAgent: agent, latency: '0.1s' } }, service, revision);
const served = (count: number, service = 'api'): readonly Entry[] => times(count, () => request(200, { service }));
const said = (severity: string, textPayload: string): Entry => entry({ severity, textPayload });

function diagnosed(entries: readonly Entry[], cut = (text: string): string => text): CaptureDiagnosis {
  const reader = createCaptureReader('capture', toRawEntry);
  reader.push(Buffer.from(cut(entries.map((each) => JSON.stringify(each)).join('\n'))));
  return diagnoseCapture(reader.end());
}

describe('a capture is quiet', () => {
  test('only where every service in it has answered enough requests of users', () => {
    const { verdict, because, steps } = diagnosed([...served(20), ...served(20, 'web'), said('INFO', 'listening')]);
    expect({ verdict, because }).toEqual({
      verdict: 'quiet',
      because: '0 of 40 requests failed (0 %), no container died, and no error is left unexplained; it speaks of api, web alone',
    });
    expect(steps.every(({ decision }) => decision === 'veto')).toBe(true);
  });

  test('and says that of services which are not in it nothing is known', () => {
    expect(diagnosed(served(20)).diagnosis.unknowns.join('\n')).toContain('only what the lines speak of was judged (api)');
  });

  test('also with errors that are known to be nobody’s trouble', () => {
    const noise = said('ERROR', 'Failed to export spans: connection refused localhost:4317');
    expect(diagnosed([...served(20), noise]).verdict).toBe('quiet');
  });
});

describe('a capture is inconclusive, and says what is missing', () => {
  const watched = { path: '/healthz', agent: 'GoogleHC/1.0' };
  test.each<[string, readonly Entry[], string]>([
    ['one line', [said('INFO', 'started')], 'no request to api is in it'],
    ['a job, which answers no request', [entry({ textPayload: 'done' }, 'nightly', '')], 'no request is in it'],
    ['too few requests', served(19), '19 of 19 requests to api passed, at least 20 must'],
    ['health checks by their path', times(50, () => request(200, { path: '/healthz?x=1' })), 'all 50 requests to api are health checks'],
    [
      'health checks by who asks',
      times(50, () => request(200, { path: '/', agent: 'kube-probe/1.30' })),
      'all 50 requests to api are health checks',
    ],
    [
      'health checks and a few users',
      [...times(50, () => request(200, watched)), ...served(3)],
      '3 of 3 requests to api passed (50 more are health checks), at least 20 must',
    ],
    ['requests that were all turned down', times(50, () => request(403)), '0 of 50 requests to api passed, at least 20 must'],
    [
      'one service that serves and one that only logs',
      [...served(90), entry({ textPayload: 'up' }, 'worker')],
      'no request to worker is in it',
    ],
    [
      'one service that serves and one that hardly does',
      [...served(90), ...served(2, 'web')],
      '2 of 2 requests to web passed, at least 20 must',
    ],
  ])('%s', (_what, entries, missing) => {
    const { verdict, because, diagnosis } = diagnosed(entries);
    expect(verdict).toBe('inconclusive');
    expect(because).toContain(missing);
    expect({ causes: diagnosis.causes, whys: diagnosis.whys }).toEqual({ causes: [], whys: [] });
  });

  test.each([
    ['a file that is cut off', (text: string) => text.slice(0, -9), 'the file is cut off'],
    ['an entry that is broken', (text: string) => text.replace('"severity":"INFO"', '"severity":"INFO'), '1 broken entry was left out'],
  ])('%s, however well the rest is', (_what, cut, missing) => {
    const { verdict, because } = diagnosed(served(60), cut);
    expect(verdict).toBe('inconclusive');
    expect(because).toContain(missing);
  });
});

describe('a capture is a suspicion', () => {
  test.each<[string, readonly Entry[], string]>([
    [
      'for errors that nothing explains, with their count',
      times(50, () => said('ERROR', 'Fatal: cannot open database')),
      '50 lines of severity ERROR or above match no known mechanism: 50 × "Fatal: cannot open database"',
    ],
    [
      'for one that is critical',
      [said('CRITICAL', 'kernel panic')],
      '1 line of severity ERROR or above matches no known mechanism: 1 × "kernel panic"',
    ],
    ['in any language', [said('ALERT', 'Verbindung zur Datenbank abgelehnt')], '1 × "Verbindung zur Datenbank abgelehnt"'],
    [
      'in a structured payload',
      [entry({ severity: 'ERROR', jsonPayload: { message: 'payment failed for all users' } })],
      '1 × "payment failed for all users"',
    ],
    ['without any words', [entry({ severity: 'EMERGENCY', jsonPayload: { code: 7 } })], '1 × "(an entry without words)"'],
    ['beside requests that pass', [...served(500), said('ERROR', 'ledger out of step')], '1 × "ledger out of step"'],
    [
      'in an entry that also tells of a request',
      [...served(30), entry({ severity: 'ERROR', textPayload: 'ledger out of step', httpRequest: { status: 200 } })],
      '1 × "ledger out of step"',
    ],
    [
      'for a call of the API that was refused',
      [
        ...served(30),
        entry({
          severity: 'ERROR',
          protoPayload: { methodName: 'Services.Replace', resourceName: 'x', status: { code: 7, message: 'denied' } },
        }),
      ],
      '1 × "Services.Replace was refused: denied"',
    ],
  ])('%s', (_what, entries, words) => {
    const { verdict, because, diagnosis } = diagnosed(entries);
    expect(verdict).toBe('suspicion');
    expect(because).toContain(words);
    expect(diagnosis.causes).toMatchObject([{ kind: 'unknown', share: 1 }]);
    expect(diagnosis.whys).toEqual([]);
  });

  test('where a line names a reason at a service whose requests do not show that nobody minded', () => {
    const reason = entry({ textPayload: 'Error: getaddrinfo EAI_AGAIN db.internal', severity: 'DEFAULT' }, 'web');
    expect(diagnosed([...served(60), reason])).toMatchObject({
      verdict: 'suspicion',
      because: expect.stringContaining('lines name a reason'),
    });
    expect(diagnosed([...served(60), ...served(60, 'web'), reason]).verdict).toBe('quiet');
  });
});

describe('a capture is a suspicion although no request failed', () => {
  const slowly = (latency: string): Entry =>
    entry({ httpRequest: { requestUrl: 'https://shop.example/cart', status: 200, userAgent: 'Mozilla/5.0', latency } });
  const unreachable = said('ERROR', "Can't reach database server at `10.0.0.3:5432`");
  test.each<[string, readonly Entry[], string]>([
    [
      'where many are refused and the program complains as often',
      [...served(60), ...times(40, () => request(401)), ...times(40, () => said('WARNING', 'auth: token rejected: clock error'))],
      '40 of 100 requests to api were refused (40 %), and beside them stands 40 × "auth: token rejected: clock error"',
    ],
    [
      'where a reason is named about as often as users ask',
      [...served(100), ...times(50, () => unreachable)],
      '50 lines of api tell of a database that cannot be reached, beside 100 requests that passed',
    ],
    [
      'where answers grew far slower',
      [...times(300, () => slowly('0.2s')), ...times(300, () => slowly('40s'))],
      'answers of api grew slow: about 200ms in the first 120 requests that passed, about 40s in the last 120',
    ],
  ])('%s', (_what, entries, words) => {
    serial = 0;
    const { verdict, because } = diagnosed(
      entries.map((each, at) => ({ ...each, timestamp: new Date(Date.UTC(2026, 1, 1, 7) + at * 1_000).toISOString() })),
    );
    expect(verdict).toBe('suspicion');
    expect(because).toContain(words);
  });

  test('but not for strangers who are refused, a few reasons, or answers that are slow from the begin', () => {
    expect(diagnosed([...served(60), ...times(40, () => request(403))]).verdict).toBe('quiet');
    expect(diagnosed([...served(100), ...times(19, () => unreachable)]).verdict).toBe('quiet');
    expect(diagnosed(times(300, () => slowly('40s'))).verdict).toBe('quiet');
  });
});

describe('a container that was told to end', () => {
  const system = (textPayload: string): Entry =>
    entry({ severity: 'WARNING', textPayload, logName: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem' });

  test('is no death', () => {
    const ended = [system('Shutting down user disabled instance'), system('Container called exit(143).')];
    expect(diagnosed([...served(60), ...ended]).verdict).toBe('quiet');
    expect(diagnosed([...served(60), system('Container called exit(1).')])).toMatchObject({
      verdict: 'suspicion',
      because: expect.stringContaining('1 death'),
    });
  });
});

describe('of dying is spoken only where deaths were counted', () => {
  const bug = (): Entry =>
    said('DEFAULT', "TypeError: Cannot read properties of undefined (reading 'owner')\n    at total (/app/cart.js:3:1)");
  const reasons = (entries: readonly Entry[]): string =>
    diagnosed(entries)
      .steps.map(({ reason }) => reason)
      .join('\n');
  const failing = [...served(60), ...times(30, () => [request(500), bug()]).flat()];
  const exit = entry({ textPayload: 'Container called exit(1).', logName: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem' });

  test('in the words on the steps', () => {
    expect(reasons(failing)).toContain('the same image has the same fault');
    expect(reasons(failing)).not.toMatch(/\bdies\b/);
    expect(reasons([...failing, ...times(30, () => exit)])).toContain('the same image dies the same way');
  });
});

describe('a capture is trouble', () => {
  test('where one service fails, however many requests another answers', () => {
    expect(diagnosed([...served(5_000), ...times(30, () => request(500, { service: 'auth' }))]).verdict).toBe('trouble');
  });

  test('where one revision fails, however small its share', () => {
    const canary = times(30, () => request(500, { revision: 'api-00002-def' }));
    expect(diagnosed([...served(5_000), ...canary]).verdict).toBe('trouble');
  });

  test('where failing health checks are all there is', () => {
    expect(diagnosed(times(30, () => request(503, { path: '/health' }))).verdict).toBe('trouble');
  });
});

describe('requests that the program itself turns down', () => {
  const blocked = (): readonly Entry[] => [request(403), said('ERROR', 'Blocked hosts: shop.example')];
  const push = (status: number): Entry => request(status, { path: '/push', agent: 'CloudPubSub-Google' });
  const refusedToken = (): readonly Entry[] => [request(401), said('WARNING', 'JWT verification failed: issuer')];

  test('are harm where nearly all users are met and the program complains as often', () => {
    const { verdict, because, diagnosis } = diagnosed(times(60, blocked).flat());
    expect(verdict).toBe('trouble');
    expect(because).toContain(
      '60 of 60 requests to api were answered 403 (100 %), and beside them stands 60 × "Blocked hosts: shop.example"',
    );
    expect(diagnosis.causes[0]?.summary).toBe(because);
  });

  test('are harm where they are pushes of Google’s, which are repeated until they are taken', () => {
    const { verdict, because } = diagnosed(times(60, () => push(400)));
    expect(verdict).toBe('trouble');
    expect(because).toContain(
      '60 of 60 pushes of Pub/Sub (by their user agent) to api were answered 400 (100 %): not acknowledged, and pushed again',
    );
  });

  test('are a suspicion where others pass, with what stands beside them', () => {
    const { verdict, because } = diagnosed([...times(60, refusedToken).flat(), ...served(60)]);
    expect({ verdict, says: because.includes('60 of 120 requests to api were answered 401 (50 %)') }).toEqual({
      verdict: 'suspicion',
      says: true,
    });
  });

  test('are told, and no suspicion, where nothing complains', () => {
    const { verdict, because } = diagnosed([...times(80, () => request(401)), ...served(40)]);
    expect(verdict).toBe('inconclusive');
    expect(because).toContain('80 of 120 requests to api were answered 401 (67 %)');
  });

  test.each([
    ['a third of the logins', [...times(20, () => request(401)), ...served(40)]],
    ['pages that are not there', [...times(60, () => request(404)), ...served(40)]],
    ['a push now and then', [...times(2, () => push(400)), ...times(60, () => push(204))]],
  ])('are not told where they are %s', (_what, entries) => {
    expect(diagnosed(entries).because).not.toContain('answered');
  });
});
