import { NO_SERIES } from '../../diagnosis/witnesses/request-evidence.ts';
import { absent } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { LogGroup, ServiceObservation } from '../../core/model/observation.ts';

/** Signatures of one failed start, from the surest to the vaguest: one death leaves several lines. */
const FAILED_STARTS = ['container-exit', 'start-up-failed', 'worker-boot-failed', 'unhandled-crash'];

/**
 * Starts that reached readiness (a metric) beside those that did not (log lines of about the same minutes). A container that
 * dies after it was ready counts as both. Absent where either could not be read, and where nothing started at all.
 */
export function startsOf(service: string, started: Measured<number>, logs: Measured<readonly LogGroup[]>): ServiceObservation['starts'] {
  const { source } = started;
  if (logs.value === null) return absent(source, `log lines: ${logs.problem ?? 'not read'}`);
  const failed = failedStarts(logs.value.filter((group) => group.service === service));
  if (started.value !== null) return { ...started, value: { succeeded: started.value, failed } };
  const unread = started.problem !== undefined && started.problem !== NO_SERIES;
  if (unread || failed === 0) return absent(source, started.problem ?? 'no start in the window');
  return { value: { succeeded: 0, failed }, measuredAt: logs.measuredAt, freshness: logs.freshness, source: logs.source };
}

function failedStarts(groups: readonly LogGroup[]): number {
  for (const signature of FAILED_STARTS) {
    const count = groups.filter((group) => group.signature === signature).reduce((sum, group) => sum + group.count, 0);
    if (count > 0) return count;
  }
  return 0;
}
