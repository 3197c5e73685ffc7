import { sayDuration } from '../../core/duration.ts';
import type { ValidationCheckSpec } from '../../core/model/spec.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import { PATIENCE, faultOf, isChance, valueAt } from './answer.ts';
import { urlOf } from './options.ts';
import type { Validation } from './options.ts';

/** A fault that may be chance is asked again: two of three answers decide. */
const DECIDE = 2;

/** The document's HTTP checks by category, all at once: status, latency, values in the JSON answer. */
export async function checkHttp(validation: Validation): Promise<readonly ValidationCheck[]> {
  const checks = validation.options.spec.validation.categories.flatMap(({ name: category, critical, checks: wanted }) =>
    wanted.map(async (check) => ({ category, name: check.name, critical, verdict: await ask(check, validation) })),
  );
  return Promise.all(checks);
}

async function ask(check: ValidationCheckSpec, validation: Validation): Promise<Verdict> {
  const url = urlOf(validation.uriOf, check.service, check.path);
  if (url === null) return { outcome: 'error', because: `the address of ${check.service} is not known` };
  const first = await askOnce(check, url, validation);
  if (!first.byChance) return first.verdict;
  const passed: Verdict[] = [];
  while (passed.length < DECIDE) {
    const { verdict } = await askOnce(check, url, validation);
    if (verdict.outcome !== 'pass') return verdict;
    passed.push(verdict);
  }
  return {
    outcome: 'pass',
    because: `${passed[0]!.because}, in ${DECIDE} of ${DECIDE + 1} answers; one was at fault: ${first.verdict.because}`,
  };
}

interface Asked {
  readonly verdict: Verdict;
  readonly byChance: boolean;
}

async function askOnce(check: ValidationCheckSpec, url: string, { options, signal }: Validation): Promise<Asked> {
  const answer = await options.probes.http({ url, method: 'GET', deadlineMs: check.maxLatencyMs * PATIENCE, signal });
  const fault = faultOf(answer, check) ?? wrongValue(check, answer.body);
  if (fault !== null) return { verdict: fault, byChance: isChance(answer, check) };
  return { verdict: { outcome: 'pass', because: `HTTP ${answer.status ?? 0} in ${sayDuration(answer.latencyMs)}` }, byChance: false };
}

function wrongValue({ expectJson }: ValidationCheckSpec, body: string): Verdict | null {
  for (const [path, wanted] of Object.entries(expectJson)) {
    const found = valueAt(body, path);
    if (found !== wanted) return { outcome: 'fail', because: `${path} is ${shown(found)}, expected ${shown(wanted)}` };
  }
  return null;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
}
