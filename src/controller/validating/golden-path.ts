import { sayDuration } from '../../core/duration.ts';
import type { GoldenStepSpec } from '../../core/model/spec.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import type { ProbeAnswer } from '../../ports/probes.ts';
import { PATIENCE, faultOf, isChance, valueAt } from './answer.ts';
import { urlOf } from './options.ts';
import type { Validation } from './options.ts';

const CATEGORY = 'golden path';

/**
 * Walks the golden path in order, carrying saved values from step to step. A step that fails ends the walk: what comes after
 * could not be measured, and says so. A fault that may be chance (a late answer, a server error, none) is no finding by itself: the
 * whole path is walked a second time, with values of its own, and that walk decides.
 */
export async function walkGoldenPath(validation: Validation): Promise<readonly ValidationCheck[]> {
  const first = await walk(validation);
  if (!first.byChance) return first.checks;
  const fault = first.checks.find(({ verdict }) => verdict.outcome === 'fail');
  const { checks } = await walk(validation);
  return checks.map((check) =>
    fault !== undefined && check.name === fault.name ? { ...check, verdict: atSecondTry(check.verdict, fault.verdict) } : check,
  );
}

function atSecondTry(now: Verdict, before: Verdict): Verdict {
  return now.outcome === 'pass' ? { ...now, because: `${now.because} at the second try; at the first ${before.because}` } : now;
}

interface Walk {
  readonly checks: readonly ValidationCheck[];
  /** It ended at a fault that one answer may have by chance. */
  readonly byChance: boolean;
}

async function walk(validation: Validation): Promise<Walk> {
  const values = new Map<string, string>();
  let byChance = false;
  const checks: ValidationCheck[] = [];
  for (const step of validation.options.spec.validation.goldenPath) {
    const broken = checks.find(({ verdict }) => verdict.outcome !== 'pass');
    const taken: Taken = broken === undefined ? await takeStep(step, validation, values) : { verdict: skipped(broken.name), byChance };
    byChance = taken.byChance;
    checks.push({ category: CATEGORY, name: step.name, critical: true, verdict: taken.verdict });
  }
  return { checks, byChance };
}

function skipped(name: string): Verdict {
  return { outcome: 'error', because: `not measured: "${name}" did not pass` };
}

interface Taken {
  readonly verdict: Verdict;
  readonly byChance: boolean;
}

async function takeStep(step: GoldenStepSpec, { options, uriOf, signal }: Validation, values: Map<string, string>): Promise<Taken> {
  const url = urlOf(uriOf, step.service, fill(step.path, values));
  if (url === null) return { verdict: { outcome: 'error', because: `the address of ${step.service} is not known` }, byChance: false };
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
  const fault = faultOf(answer, step);
  return { verdict: fault ?? keepValues(step, answer, values), byChance: fault !== null && isChance(answer, step) };
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
