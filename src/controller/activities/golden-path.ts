import type { GoldenStepSpec, RemediationSpec } from '../../core/model/spec.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import { sayDuration } from '../../core/duration.ts';
import type { ProbeAnswer, ProbesPort } from '../../ports/probes.ts';

/** How long beyond its limit an answer is still awaited, so that "slow" and "no answer" stay different findings. */
const PATIENCE = 4;
const CATEGORY = 'golden path';

/** Base URLs of services by name; null where none is known. */
export type UriOf = (service: string) => string | null;

/**
 * Walks the golden path in order, carrying saved values from step to step. A step that fails ends the walk: what comes after
 * could not be measured, and says so.
 */
export async function walkGoldenPath(
  { validation }: RemediationSpec,
  probes: ProbesPort,
  uriOf: UriOf,
  signal: AbortSignal,
): Promise<readonly ValidationCheck[]> {
  const values = new Map<string, string>();
  const checks: ValidationCheck[] = [];
  for (const step of validation.goldenPath) {
    const broken = checks.find(({ verdict }) => verdict.outcome !== 'pass');
    const verdict = broken === undefined ? await takeStep(step, probes, uriOf, values, signal) : skipped(broken.name);
    checks.push({ category: CATEGORY, name: step.name, critical: true, verdict });
  }
  return checks;
}

function skipped(name: string): Verdict {
  return { outcome: 'error', because: `not measured: "${name}" did not pass` };
}

async function takeStep(
  step: GoldenStepSpec,
  probes: ProbesPort,
  uriOf: UriOf,
  values: Map<string, string>,
  signal: AbortSignal,
): Promise<Verdict> {
  const uri = uriOf(step.service);
  if (uri === null) return { outcome: 'error', because: `the address of ${step.service} is not known` };
  const body = step.body === null || step.body === undefined ? undefined : fill(JSON.stringify(step.body), values);
  const headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, fill(value, values)]));
  const answer = await probes.http({
    url: `${uri.replace(/\/$/, '')}${fill(step.path, values)}`,
    method: step.method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    deadlineMs: step.maxLatencyMs * PATIENCE,
    signal,
  });
  return judgeAnswer(step, answer) ?? keepValues(step, answer, values);
}

function judgeAnswer(step: GoldenStepSpec, { status, latencyMs, problem }: ProbeAnswer): Verdict | null {
  if (status === null) return { outcome: 'fail', because: `no answer: ${problem ?? 'unknown'} after ${sayDuration(latencyMs)}` };
  if (status !== step.expectStatus)
    return { outcome: 'fail', because: `HTTP ${status} after ${sayDuration(latencyMs)}, expected ${step.expectStatus}` };
  if (latencyMs > step.maxLatencyMs)
    return { outcome: 'fail', because: `${sayDuration(latencyMs)}, allowed ${sayDuration(step.maxLatencyMs)}` };
  return null;
}

function keepValues(step: GoldenStepSpec, { body, status, latencyMs }: ProbeAnswer, values: Map<string, string>): Verdict {
  for (const [name, path] of Object.entries(step.save)) {
    const value = valueAt(body, path);
    if (value === null) return { outcome: 'fail', because: `the answer holds no ${path}` };
    values.set(name, value);
  }
  return { outcome: 'pass', because: `HTTP ${status ?? 0} in ${sayDuration(latencyMs)}` };
}

function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}

function valueAt(body: string, path: string): string | null {
  try {
    let value: unknown = JSON.parse(body);
    for (const key of path.split('.'))
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  } catch {
    return null;
  }
}
