import { defined } from '../../core/defined.ts';
import type { ServiceObservation } from '../../core/model/observation.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import { unreached } from '../../diagnosis/witnesses/reach.ts';
import { testify } from '../../diagnosis/witnesses/testimony.ts';
import { judgeGates } from '../../diagnosis/verdicts.ts';
import type { Validation } from './options.ts';

/** A check as it was asked: of which service, and how it was turned away at that service's door, if it was. */
export interface AskedCheck extends ValidationCheck {
  readonly service: string;
  readonly turnedAway: TurnedAway | null;
}

export interface TurnedAway {
  readonly because: string;
  /** What a human can do about it. */
  readonly mend: string;
  /** The service's settings or a missing right say why; a 404 alone does not. */
  readonly explained: boolean;
}

/** Statuses with which a door refuses; anything else was said by the service. */
const REFUSALS = [401, 403, 404];

/** Whether this answer is a refusal at the door of the service. null: it is not, or it is what the document expects. */
export function turnedAwayBy(
  service: ServiceObservation | undefined,
  answer: { readonly url: string; readonly status: number | null; readonly expectStatus: number },
): TurnedAway | null {
  const { url, status, expectStatus } = answer;
  if (service === undefined || status === null || status === expectStatus || !REFUSALS.includes(status)) return null;
  const why = unreached({ url, outcome: 'bad-status', status, problem: null }, service);
  if (why === null) return null;
  return { because: why.because, mend: mendOf(service, status), explained: why.kind === 'explained' };
}

function mendOf({ name, state }: ServiceObservation, status: number): string {
  const ingress = state.value?.template.ingress ?? '';
  if (ingress.startsWith('INGRESS_TRAFFIC_INTERNAL'))
    return `run the validation from inside the network of ${name} (its ingress is internal)`;
  if (status === 404) return `name a path that ${name} has`;
  return `give our account the right to invoke ${name}, or name a path that asks for no login`;
}

/**
 * Judges the checks that were turned away. What did not meet the service says nothing of it: while the service is well and its
 * users are served, it counts neither way, and the service's other witnesses decide. Where nobody else speaks for the service it
 * stays unknown, and says what a human must mend. Where the service is ill it stays the failure that it is.
 */
export function judgeDoors(checks: readonly (AskedCheck | ValidationCheck)[], validation: Validation): readonly ValidationCheck[] {
  const { observation, facts, options } = validation;
  if (!checks.some((check) => refusalOf(check) !== null)) return checks.map(plain);
  const gates = judgeGates(observation, options.spec, facts);
  const testimony = testify(observation, options.spec, facts);
  return checks.map((check) => {
    const refused = refusalOf(check);
    if (refused === null || !('service' in check)) return plain(check);
    const requests = testimony[check.service]?.requests;
    const gate = gates[`healthy:${check.service}`]?.outcome ?? 'error';
    const ingress = observation.services[check.service]?.state.value?.template.ingress ?? '';
    const isInternal = refused.explained && ingress.startsWith('INGRESS_TRAFFIC_INTERNAL');
    const isShut = !isOfUsers(check) || isInternal || (refused.explained && nobodyMet(check.service, checks, validation));
    if (gate === 'fail' || requests?.word === 'ill' || !isShut) return plain(check);
    if (gate === 'pass' && requests?.word === 'well') {
      const because = `${refused.because}; not counted, for users of ${check.service} are served: ${requests.because}`;
      return { ...plain(check), verdict: { outcome: 'inconclusive', because }, counts: false };
    }
    const because = `${refused.because}; nothing else says that users of ${check.service} are served (${requests?.because ?? 'not read'}); to be mended: ${refused.mend}`;
    return { ...plain(check), verdict: { outcome: 'inconclusive', because }, mend: refused.mend };
  });
}

function refusalOf(check: AskedCheck | ValidationCheck): TurnedAway | null {
  return 'turnedAway' in check && check.verdict.outcome !== 'pass' ? check.turnedAway : null;
}

/** The golden path and the events walk where users walk: a refusal there may be the service's own answer to its users. */
function isOfUsers({ category }: ValidationCheck): boolean {
  return category === 'golden path' || category === 'agent events';
}

/** No probe and no check of ours got past this door: then it is the door, and not what the service says. */
function nobodyMet(service: string, checks: readonly (AskedCheck | ValidationCheck)[], { observation }: Validation): boolean {
  const seen = observation.services[service];
  const asked = checks.filter((check): check is AskedCheck => 'service' in check && check.service === service);
  return (
    asked.every((check) => refusalOf(check) !== null) && (seen?.probes ?? []).every((probe) => unreached(probe, defined(seen)) !== null)
  );
}

function plain({ category, name, critical, verdict }: ValidationCheck): ValidationCheck {
  return { category, name, critical, verdict };
}

/** What comes after a step that was turned away was not refused itself, and not measured for the same reason. */
export function rejectedBefore(name: string, door: TurnedAway): { readonly verdict: Verdict; readonly turnedAway: TurnedAway } {
  const because = `not measured: "${name}" is ${door.because}`;
  return { verdict: { outcome: 'error', because: `not measured: "${name}" did not pass` }, turnedAway: { ...door, because } };
}
