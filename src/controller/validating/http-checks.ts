import { sayDuration } from '../../core/duration.ts';
import type { ValidationCheckSpec } from '../../core/model/spec.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import { PROBE_DEADLINE_FACTOR, chanceOf, faultOf, valueAt } from './answer.ts';
import type { Chance } from './answer.ts';
import { turnedAwayBy } from './rejected-probes.ts';
import type { AskedCheck, TurnedAway } from './rejected-probes.ts';
import { urlOf } from './options.ts';
import type { Validation } from './options.ts';

/** A fault that may be chance is asked again: this many answers in all. */
const ANSWERS = 3;

/** The document's HTTP checks by category, all at once: status, latency, values in the JSON answer. */
export async function checkHttp(validation: Validation): Promise<readonly AskedCheck[]> {
  const checks = validation.options.spec.validation.categories.flatMap(({ name: category, critical, checks: wanted }) =>
    wanted.map(async (check) => ({ category, name: check.name, critical, service: check.service, ...(await ask(check, validation)) })),
  );
  return Promise.all(checks);
}

async function ask(check: ValidationCheckSpec, validation: Validation): Promise<Result> {
  const url = urlOf(validation.uriOf, check.service, check.path);
  if (url === null) return { verdict: { outcome: 'error', because: `the address of ${check.service} is not known` }, turnedAway: null };
  const first = await askOnce(check, url, validation);
  return first.chance === null ? first : again(first, () => askOnce(check, url, validation));
}

type Result = Pick<AskedCheck, 'verdict' | 'turnedAway'>;

interface Asked {
  readonly verdict: Verdict;
  readonly chance: Chance;
  readonly turnedAway: TurnedAway | null;
}

/** Right but late: it fails when every answer is late. Broken off: it fails when two of the three are. */
async function again(first: Asked, askNext: () => Promise<Asked>): Promise<Result> {
  const isLate = first.chance === 'late';
  for (let answers = 2; answers <= ANSWERS; answers += 1) {
    const { verdict, chance, turnedAway } = await askNext();
    if (verdict.outcome === 'pass' && (isLate || answers === ANSWERS))
      return { verdict: withFault(verdict, first.verdict), turnedAway: null };
    const decides = verdict.outcome !== 'pass' && (chance !== 'late' || !isLate);
    if (decides || answers === ANSWERS) return { verdict, turnedAway };
  }
  return first;
}

function withFault(now: Verdict, before: Verdict): Verdict {
  return { ...now, because: `${now.because}, asked again after one answer: ${before.because}` };
}

async function askOnce(check: ValidationCheckSpec, url: string, { options, observation, signal }: Validation): Promise<Asked> {
  const answer = await options.probes.http({ url, method: 'GET', deadlineMs: check.maxLatencyMs * PROBE_DEADLINE_FACTOR, signal });
  const fault = faultOf(answer, check) ?? wrongValue(check, answer.body);
  const turnedAway = turnedAwayBy(observation.services[check.service], { url, status: answer.status, expectStatus: check.expectStatus });
  if (fault !== null) return { verdict: fault, chance: chanceOf(answer, check), turnedAway };
  const because = `HTTP ${answer.status ?? 0} in ${sayDuration(answer.latencyMs)}`;
  return { verdict: { outcome: 'pass', because }, chance: null, turnedAway };
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
