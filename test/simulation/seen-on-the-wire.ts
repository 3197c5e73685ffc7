import type { Look } from '../../machines/incident/activities.ts';
import { MINUTE } from '../../src/core/duration.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';

type Ledger = Simulator['ledger'];

/** Status of the newest answered health probe of a service between two instants; null: none was answered. */
export function lastProbe(ledger: Ledger, service: string, sinceAt: number, beforeAt: number): number | null {
  for (let index = ledger.length - 1; index >= 0; index -= 1) {
    const { path, status, at } = ledger[index]!;
    if (at < sinceAt) return null;
    if (at < beforeAt && status !== null && path.startsWith(`/_services/${service}/health`)) return status;
  }
  return null;
}

/** Whether a series was read whole in the ten minutes before. */
export function hasMetrics(ledger: Ledger, at: number): boolean {
  for (let index = ledger.length - 1; index >= 0 && ledger[index]!.at > at - 10 * MINUTE; index -= 1) {
    const { path, status, fault } = ledger[index]!;
    if (status === 200 && path.includes('/timeSeries') && (fault === null || !fault.startsWith('metric'))) return true;
  }
  return false;
}

export function isNewCase(path: string): boolean {
  return /\/cases(?:\?|$)/.test(path);
}

/** The channel to people took a message at `since` or later. */
export function wasHeard(ledger: Ledger, since: number): boolean {
  return ledger.some(({ at, method, path, status }) => method === 'POST' && path === '/_sim/chat' && status === 200 && at >= since);
}

/** A gate of a connector passes. */
export function isConnectorWell({ gates }: Look): boolean {
  return Object.entries(gates).some(([gate, { outcome }]) => gate.startsWith('connector:') && outcome === 'pass');
}
