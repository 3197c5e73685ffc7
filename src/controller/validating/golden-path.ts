import { sayDuration } from '../../core/duration.ts';
import type { GoldenStepSpec } from '../../core/model/spec.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import type { ProbeAnswer } from '../../ports/probes.ts';
import { PATIENCE, faultOf, valueAt } from './answer.ts';
import { urlOf } from './options.ts';
import type { Validation } from './options.ts';

const CATEGORY = 'golden path';

/**
 * Walks the golden path in order, carrying saved values from step to step. A step that fails ends the walk: what comes after
 * could not be measured, and says so.
 */
export async function walkGoldenPath(validation: Validation): Promise<readonly ValidationCheck[]> {
  const values = new Map<string, string>();
  const checks: ValidationCheck[] = [];
  for (const step of validation.options.spec.validation.goldenPath) {
    const broken = checks.find(({ verdict }) => verdict.outcome !== 'pass');
    const verdict = broken === undefined ? await takeStep(step, validation, values) : skipped(broken.name);
    checks.push({ category: CATEGORY, name: step.name, critical: true, verdict });
  }
  return checks;
}

function skipped(name: string): Verdict {
  return { outcome: 'error', because: `not measured: "${name}" did not pass` };
}

async function takeStep(step: GoldenStepSpec, { options, uriOf, signal }: Validation, values: Map<string, string>): Promise<Verdict> {
  const url = urlOf(uriOf, step.service, fill(step.path, values));
  if (url === null) return { outcome: 'error', because: `the address of ${step.service} is not known` };
  const body = step.body === null || step.body === undefined ? undefined : JSON.stringify(filled(step.body, values));
  const headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, fill(value, values)]));
  const answer = await options.probes.http({
    url,
    method: step.method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    deadlineMs: step.maxLatencyMs * PATIENCE,
    signal,
  });
  return faultOf(answer, step) ?? keepValues(step, answer, values);
}

function keepValues(step: GoldenStepSpec, { body, status, latencyMs }: ProbeAnswer, values: Map<string, string>): Verdict {
  for (const [name, path] of Object.entries(step.save)) {
    const value = valueAt(body, path);
    if (typeof value !== 'string' && typeof value !== 'number') return { outcome: 'fail', because: `the answer holds no ${path}` };
    values.set(name, String(value));
  }
  return { outcome: 'pass', because: `HTTP ${status ?? 0} in ${sayDuration(latencyMs)}` };
}

/** Saved values go into texts before they become JSON, so that a quote in one cannot change the message. */
function filled(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]: [string, unknown]) => [key, filled(inner, values)]));
}

function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}
