import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../src/diagnosis/capture/capture.ts';
import { diagnoseCapture } from '../../src/diagnosis/capture/diagnose-capture.ts';
import type { CaptureDiagnosis } from '../../src/diagnosis/capture/diagnose-capture.ts';
import { toRawEntry } from '../../src/gcp/logging/raw-entry.ts';
import { BROKEN_OFF, entriesOf, INCIDENTS } from './synthetic-captures.ts';
import type { Incident } from './synthetic-captures.ts';

const FORMATS: readonly ((entries: readonly unknown[]) => string)[] = [
  (entries) => JSON.stringify(entries, null, 2),
  (entries) => entries.map((entry) => JSON.stringify(entry)).join('\n'),
  (entries) => entries.map((entry) => JSON.stringify(entry, null, 2)).join('\n'),
  (entries) => JSON.stringify(entries),
  (entries) => JSON.stringify({ entries }),
];

function diagnosed(incident: Incident, format = 0): CaptureDiagnosis {
  const reader = createCaptureReader(incident.what, toRawEntry);
  reader.push(Buffer.from(FORMATS[format]!(entriesOf(incident))));
  return diagnoseCapture(reader.end());
}

describe('a capture of an application that was never seen', () => {
  test.each(INCIDENTS)('$what → $cause', (incident) => {
    for (const format of FORMATS.keys()) {
      const { verdict, diagnosis } = diagnosed(incident, format);
      const [first] = diagnosis.causes;
      if (incident.cause === 'quiet') {
        expect({ verdict, causes: diagnosis.causes }).toEqual({ verdict: 'quiet', causes: [] });
        continue;
      }
      expect(verdict).toBe('trouble');
      expect(first?.kind).toBe(incident.cause);
      const told = [first?.subject, first?.summary, ...(first?.evidence ?? []).map(({ text }) => text)].join('\n');
      expect(told).toContain('checkout-api-00042-bex');
      if (incident.names !== undefined) expect(told).toContain(incident.names);
    }
  });

  test('the same lines without the platform’s own are still the application’s, with less confidence', () => {
    const incident = INCIDENTS[0]!;
    const { exit: _exit, ...withoutExit } = incident;
    const whole = diagnosed(incident).diagnosis.causes[0];
    const bare = diagnosed(withoutExit);
    expect(bare).toMatchObject({ verdict: 'suspicion', diagnosis: { causes: [{ kind: 'application-crash' }] } });
    expect(bare.diagnosis.causes[0]?.confidence).toBeLessThan(whole?.confidence ?? 0);
  });

  test('failures that no line explains are unknown, not guessed', () => {
    const { diagnosis, verdict, steps } = diagnosed({ what: 'silence', cause: 'unknown', lines: [], requests: [BROKEN_OFF] });
    expect(verdict).toBe('trouble');
    expect(diagnosis.causes.map(({ kind }) => kind)).toEqual(['unknown']);
    expect(steps.find(({ step }) => step === 'scale the connector')?.decision).toBe('veto');
  });

  test('a crash vetoes scaling, pinning and deploying; nothing but lost packets leaves the connector open', () => {
    const connectorOf = (incident: Incident) => diagnosed(incident).steps.find(({ step }) => step === 'scale the connector')?.decision;
    expect(diagnosed(INCIDENTS[0]!).steps.map(({ decision }) => decision)).toEqual(['veto', 'veto', 'veto']);
    for (const incident of INCIDENTS)
      expect(connectorOf(incident), incident.what).toBe(incident.cause === 'connector-saturation' ? 'open' : 'veto');
  });

  test('quiet hours after the harm hide nothing, and an earlier trouble is told apart from the last', () => {
    const shifted = (entries: readonly unknown[], hours: number) =>
      entries.map((entry) => {
        const { timestamp, ...rest } = entry as { readonly timestamp: string };
        return { ...rest, timestamp: new Date(Date.parse(timestamp) + hours * 3_600_000).toISOString() };
      });
    const database = INCIDENTS.find(({ what }) => what.startsWith('Prisma'))!;
    const entries = [
      ...shifted(entriesOf(database), -2),
      ...entriesOf(INCIDENTS[0]!),
      ...shifted(entriesOf({ what: 'after', cause: 'quiet', lines: [] }), 5),
    ];
    const reader = createCaptureReader('two', toRawEntry);
    reader.push(Buffer.from(JSON.stringify(entries)));
    const { diagnosis, earlier } = diagnoseCapture(reader.end());
    expect(diagnosis.causes[0]).toMatchObject({ kind: 'application-crash' });
    expect(earlier.map(({ signature }) => signature)).toEqual(['database-unreachable']);
  });

  test('a change in the audit entries at the time it began is told, and counts as process', () => {
    const change = {
      insertId: 'audit',
      timestamp: '2026-02-11T06:55:00Z',
      logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity',
      resource: { type: 'cloud_run_revision', labels: { service_name: 'checkout-api' } },
      protoPayload: {
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        methodName: 'google.cloud.run.v1.Services.ReplaceService',
        resourceName: 'namespaces/acme-prod/services/checkout-api',
        authenticationInfo: { principalEmail: 'ci@acme-prod.iam.gserviceaccount.com' },
      },
    };
    const reader = createCaptureReader('changed', toRawEntry);
    reader.push(Buffer.from(JSON.stringify([change, ...entriesOf(INCIDENTS[0]!)])));
    const { split, diagnosis } = diagnoseCapture(reader.end());
    expect(split.shares).toEqual({ infrastructure: 0, application: 0.8, process: 0.2, unknown: 0 });
    expect(diagnosis.whys.at(-1)?.because).toContain('ci@acme-prod.iam.gserviceaccount.com');
  });
});
