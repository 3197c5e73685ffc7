import { sayDuration } from '../../core/duration.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import type { ProbeAnswer } from '../../ports/probes.ts';

/** How long beyond its limit an answer is still awaited, so that "slow" and "no answer" stay different findings. */
export const PROBE_DEADLINE_FACTOR = 4;

/** What is wrong with an answer: no answer, another status, too slow. null when nothing is. */
export function faultOf(answer: ProbeAnswer, wanted: { readonly expectStatus: number; readonly maxLatencyMs: number }): Verdict | null {
  const { status, latencyMs } = answer;
  const fail = (because: string): Verdict => ({ outcome: 'fail', because });
  if (status === null) return fail(noAnswer(answer));
  if (status !== wanted.expectStatus) return fail(`HTTP ${status} after ${sayDuration(latencyMs)}, expected ${wanted.expectStatus}`);
  if (latencyMs > wanted.maxLatencyMs) return fail(`slow: ${sayDuration(latencyMs)}, allowed ${sayDuration(wanted.maxLatencyMs)}`);
  return null;
}

/**
 * What one answer may have by chance: it is `late`, though right, or it `broke` (none, or a server error). A wrong answer is wrong
 * each time: null.
 */
export type Chance = 'late' | 'broke' | null;

export function chanceOf(
  { status, latencyMs }: ProbeAnswer,
  wanted: { readonly expectStatus: number; readonly maxLatencyMs: number },
): Chance {
  if (status === null || status >= 500) return status === wanted.expectStatus ? null : 'broke';
  return status === wanted.expectStatus && latencyMs > wanted.maxLatencyMs ? 'late' : null;
}

function noAnswer({ problem, detail, latencyMs }: ProbeAnswer): string {
  switch (problem) {
    case 'deadline':
      return `hangs: no answer within ${sayDuration(latencyMs)}`;
    case 'refused':
      return 'the connection was refused';
    case 'reset':
      return `the connection was cut after ${sayDuration(latencyMs)}`;
    case 'dns':
      return 'its name cannot be resolved';
    case 'tls':
      return detail ?? 'TLS failed';
    default:
      return `no answer: ${problem ?? 'unknown'}`;
  }
}

/** The value at a dotted path of a JSON text; undefined where there is none. */
export function valueAt(body: string, path: string): unknown {
  try {
    let value: unknown = JSON.parse(body);
    for (const key of path.split('.'))
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return value;
  } catch {
    return undefined;
  }
}
