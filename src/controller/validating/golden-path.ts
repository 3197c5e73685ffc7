import { sayDuration } from '../../core/duration.ts';
import type { GoldenStepSpec } from '../../core/model/spec.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import type { ProbeAnswer } from '../../ports/probes.ts';
import { PROBE_DEADLINE_FACTOR, chanceOf, faultOf, valueAt } from './answer.ts';
import type { Chance } from './answer.ts';
import { rejectedBefore, turnedAwayBy } from './rejected-probes.ts';
import type { AskedCheck, TurnedAway } from './rejected-probes.ts';
import { urlOf } from './options.ts';
import type { Validation } from './options.ts';

const CATEGORY = 'golden path';

/**
 * Walks the golden path in order, carrying saved values from step to step. A step that fails ends the walk: what comes after
could not be measured, and says so. A fault that may be chance is no finding by itself: the whole path is walked again, with
 * values of its own, once where an answer broke off, twice where it was right but late; the last walk decides.
 */
export async function walkGoldenPath(validation: Validation): Promise<readonly AskedCheck[]> {
  const first = await walk(validation);
  const fault = first.checks.find(({ verdict }) => verdict.outcome === 'fail');
  let last = first;
  for (let tries = first.chance === 'late' ? 2 : 1; tries > 0 && last.chance !== null; tries -= 1) last = await walk(validation);
  if (last === first || fault === undefined) return first.checks;
  return last.checks.map((check) => (check.name === fault.name ? { ...check, verdict: triedAgain(check.verdict, fault.verdict) } : check));
}

function triedAgain(now: Verdict, before: Verdict): Verdict {
  return now.outcome === 'pass' ? { ...now, because: `${now.because}, walked again after one answer: ${before.because}` } : now;
}

interface Walk {
  readonly checks: readonly AskedCheck[];
  /** What it ended at, where one answer may have that by chance. */
  readonly chance: Chance;
}

async function walk(validation: Validation): Promise<Walk> {
  const values = new Map<string, string>();
  let chance: Chance = null;
  const checks: AskedCheck[] = [];
  for (const step of validation.options.spec.validation.goldenPath) {
    const broken = checks.find(({ verdict }) => verdict.outcome !== 'pass');
    const taken: Taken = broken === undefined ? await takeStep(step, validation, values) : { ...skipped(broken), chance };
    chance = taken.chance;
    const service = broken === undefined || broken.turnedAway === null ? step.service : broken.service;
    checks.push({ category: CATEGORY, name: step.name, critical: true, service, verdict: taken.verdict, turnedAway: taken.turnedAway });
  }
  return { checks, chance };
}

function skipped({ name, turnedAway }: AskedCheck): Omit<Taken, 'chance'> {
  if (turnedAway !== null) return rejectedBefore(name, turnedAway);
  return { verdict: { outcome: 'error', because: `not measured: "${name}" did not pass` }, turnedAway: null };
}

interface Taken {
  readonly verdict: Verdict;
  readonly chance: Chance;
  readonly turnedAway: TurnedAway | null;
}

async function takeStep(step: GoldenStepSpec, validation: Validation, values: Map<string, string>): Promise<Taken> {
  const { options, observation, uriOf, signal } = validation;
  const url = urlOf(uriOf, step.service, fill(step.path, values));
  if (url === null)
    return { verdict: { outcome: 'error', because: `the address of ${step.service} is not known` }, chance: null, turnedAway: null };
  const body = step.body === null || step.body === undefined ? undefined : JSON.stringify(filled(step.body, values));
  const headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, fill(value, values)]));
  const answer = await options.probes.http({
    url,
    method: step.method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    deadlineMs: step.maxLatencyMs * PROBE_DEADLINE_FACTOR,
    signal,
  });
  const fault = faultOf(answer, step);
  const turnedAway = turnedAwayBy(observation.services[step.service], { url, status: answer.status, expectStatus: step.expectStatus });
  return { verdict: fault ?? keepValues(step, answer, values), chance: fault === null ? null : chanceOf(answer, step), turnedAway };
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
