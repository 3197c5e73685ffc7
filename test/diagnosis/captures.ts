import { existsSync, readFileSync } from 'node:fs';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import type { RawLogEntry } from '../../src/ports/cloud.ts';
import { toRawEntry } from '../../src/gcp/logging/raw-entry.ts';
import { UNSEEN } from './builders.ts';
import { groupLogs } from '../../src/diagnosis/logs/group-logs.ts';

const CAPTURES = new URL('../../../shared/incident-1278/', import.meta.url);

export const captureExists = (name: string): boolean => existsSync(new URL(name, CAPTURES));

/** One of the real captures as raw entries. */
export function readCapture(name: string): readonly RawLogEntry[] {
  const entries = JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')) as readonly unknown[];
  return entries.map(toRawEntry);
}

/** What a capture alone lets us know: log lines, and nothing else. */
export function logsOnly(entries: readonly RawLogEntry[]): Observation {
  const at = Math.max(...entries.map((entry) => entry.at));
  return { at, connectors: {}, services: {}, databases: {}, logs: fresh(groupLogs(entries), at, 'capture'), ...UNSEEN, reads: {} };
}
