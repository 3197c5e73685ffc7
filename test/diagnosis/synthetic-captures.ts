import { OF_APPLICATIONS } from './incidents-of-applications.ts';
import { HARMLESS, OF_SURROUNDINGS } from './incidents-of-surroundings.ts';
import type { Incident, Line } from './synthetic-lines.ts';

export { BROKEN_OFF } from './synthetic-lines.ts';
export type { Incident } from './synthetic-lines.ts';

export const INCIDENTS: readonly Incident[] = [...OF_APPLICATIONS, ...OF_SURROUNDINGS, ...HARMLESS];

const START = Date.parse('2026-02-11T07:00:00Z');

/** Lines that every one of these applications writes and that explain nothing. */
const USUAL: readonly Line[] = [
  { text: 'GET /healthz 200 3ms', severity: 'INFO', log: 'stdout' },
  { text: "WARNING: config value 'LEGACY_MODE' is deprecated and will be removed", severity: 'WARNING' },
  { json: { level: 'info', msg: 'listening', port: 8080 } },
  { severity: 'NOTICE', json: { '@type': 'type.googleapis.com/google.cloud.audit.AuditLog', status: {} } },
  {
    text: 'Failed to export spans. The request could not be executed. Full error message: connection refused localhost:4317',
    severity: 'ERROR',
  },
  { text: 'Starting new instance. Reason: AUTOSCALING', severity: 'INFO', log: 'varlog%2Fsystem' },
];

/** The incident as entries of Cloud Logging, oldest first. */
export function entriesOf({ lines, rounds = 12, exit, requests = [], noise = [] }: Incident, service = 'checkout-api'): readonly unknown[] {
  const revision = `${service}-00042-bex`;
  const entries: unknown[] = [];
  let serial = 0;
  const add = (round: number, line: Line, extra: Readonly<Record<string, unknown>> = {}): void => {
    serial += 1;
    entries.push({
      insertId: `e${serial}`,
      timestamp: new Date(START + round * 10_000 + (serial % 97) * 100).toISOString(),
      ...(line.severity === undefined ? {} : { severity: line.severity }),
      logName: `projects/acme-prod/logs/run.googleapis.com%2F${line.log ?? 'stderr'}`,
      resource: {
        type: 'cloud_run_revision',
        labels: { service_name: service, revision_name: revision, location: 'europe-west1', project_id: 'acme-prod' },
      },
      labels: { instanceId: `i${round}` },
      ...(line.text === undefined ? {} : { textPayload: line.text }),
      ...(line.json === undefined ? {} : { jsonPayload: line.json }),
      ...extra,
    });
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const line of [...USUAL, ...noise]) add(round, line);
    for (const line of lines) add(round, line);
    if (exit !== undefined) add(round, { text: `Container called exit(${exit}).`, severity: 'WARNING', log: 'varlog%2Fsystem' });
    for (const { status, text, count = 1 } of requests) {
      for (let index = 0; index < count; index += 1)
        add(
          round,
          { severity: status >= 500 ? 'ERROR' : 'INFO', ...(text === undefined ? {} : { text }) },
          {
            logName: 'projects/acme-prod/logs/run.googleapis.com%2Frequests',
            httpRequest: { requestMethod: 'GET', requestUrl: `https://shop.example/${index}`, status, latency: '1.204s' },
          },
        );
    }
  }
  return entries;
}
