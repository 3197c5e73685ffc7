import { existsSync, readFileSync } from 'node:fs';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import type { RawLogEntry } from '../../src/ports/cloud.ts';
import { UNSEEN } from './builders.ts';
import { groupLogs } from '../../src/diagnosis/group-logs.ts';

const CAPTURES = new URL('../../../shared/incident-1278/', import.meta.url);

export const captureExists = (name: string): boolean => existsSync(new URL(name, CAPTURES));

interface Exported {
  readonly insertId: string;
  readonly timestamp: string;
  readonly severity?: string;
  readonly logName?: string;
  readonly resource: { readonly labels: Readonly<Record<string, string>> };
  readonly textPayload?: string;
  readonly jsonPayload?: { readonly message?: string; readonly error?: { readonly value?: string } };
  readonly httpRequest?: { readonly status: number; readonly requestUrl: string };
}

/** One of the real captures as raw entries. */
export function readCapture(name: string): readonly RawLogEntry[] {
  const entries = JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')) as readonly Exported[];
  return entries.map((entry) => ({
    insertId: entry.insertId,
    at: Date.parse(entry.timestamp),
    severity: entry.severity ?? 'DEFAULT',
    service: entry.resource.labels['service_name'] ?? '',
    revision: entry.resource.labels['revision_name'] ?? '',
    instance: null,
    logName: entry.logName ?? '',
    text:
      entry.textPayload ?? [entry.jsonPayload?.message, entry.jsonPayload?.error?.value].filter((part) => part !== undefined).join('\n'),
    http: entry.httpRequest === undefined ? null : { status: entry.httpRequest.status, latencyMs: null, url: entry.httpRequest.requestUrl },
  }));
}

/** What a capture alone lets us know: log lines, and nothing else. */
export function logsOnly(entries: readonly RawLogEntry[]): Observation {
  const at = Math.max(...entries.map((entry) => entry.at));
  return { at, connector: null, services: {}, database: null, logs: fresh(groupLogs(entries), at, 'capture'), ...UNSEEN, reads: {} };
}
