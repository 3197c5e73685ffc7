import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../../src/diagnosis/capture/capture.ts';
import { diagnoseCapture } from '../../../src/diagnosis/capture/diagnose-capture.ts';
import { toRawEntry } from '../../../src/gcp/logging/raw-entry.ts';

const START = Date.UTC(2026, 1, 1, 7);

function entry(service: string, second: number, of: object): object {
  const labels = { service_name: service, revision_name: `${service}-00001-abc` };
  const timestamp = new Date(START + second * 1_000).toISOString();
  return { insertId: `${service}${second}`, timestamp, resource: { type: 'cloud_run_revision', labels }, ...of };
}

/** web fails every request with this line, while core dies of a module that its image lacks. */
function first(line: string) {
  const entries = Array.from({ length: 60 }, (_, index) => [
    entry('web', index * 5, { severity: 'ERROR', httpRequest: { requestUrl: 'https://web.example/', status: 502, latency: '0.1s' } }),
    entry('web', index * 5, { severity: 'ERROR', textPayload: line, labels: { instanceId: 'a1' } }),
    ...(index % 5 === 0
      ? [
          entry('core', index * 5, {
            severity: 'ERROR',
            textPayload: "Error: Cannot find module './payments'",
            labels: { instanceId: 'c1' },
          }),
          entry('core', index * 5 + 1, {
            severity: 'WARNING',
            textPayload: 'Container called exit(1).',
            logName: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem',
            labels: { instanceId: 'c1' },
          }),
        ]
      : []),
  ]).flat();
  const reader = createCaptureReader('capture', toRawEntry);
  reader.push(Buffer.from(entries.map((each) => JSON.stringify(each)).join('\n')));
  const [cause] = diagnoseCapture(reader.end()).diagnosis.causes;
  return { kind: cause?.kind, subject: cause?.subject, summary: cause?.summary ?? '' };
}

describe('a service whose lines name another one that dies', () => {
  test.each(['call to https://core-abc123-ew.a.run.app/cart failed: 503', 'upstream core is unavailable'])('fails with it: %s', (line) => {
    const { kind, subject, summary } = first(line);
    expect({ kind, subject }).toEqual({ kind: 'application-crash', subject: 'core-00001-abc' });
    expect(summary).toContain('web, whose lines name core, fails with it');
  });

  test.each(['call to https://cart.acme.example/ failed: 503', 'hardcore upstream timeout', 'core values were printed'])(
    'keeps an open cause of its own where the words name something else: %s',
    (line) => {
      expect(first(line)).toMatchObject({ kind: 'unknown', subject: 'web' });
    },
  );
});
