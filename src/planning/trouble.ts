import { begunWords } from '../core/sentence.ts';
import { troubleOf } from '../diagnosis/unexplained.ts';
import type { PlanScope } from './step-decisions.ts';

/** What people are asked about: which services fail, for how many users, and why. Pure. */

/** Of so many services the figures are told; of the rest, how many there are. */
const MOST_TOLD = 3;

/** Services of the document that are agreed to fail. */
export function failingIn({ spec, gates }: PlanScope): readonly string[] {
  return spec.services.filter(({ name }) => gates[`healthy:${name}`]?.outcome === 'fail').map(({ name }) => name);
}

/** `503 of 1241 requests to api fail (41 %, 13:56–13:58 UTC)`; `api fails` where no figure is known, or `why` tells it. */
export function failWords({ observation, spec }: PlanScope, failing: readonly string[], why: string): string {
  const told = failing.slice(0, MOST_TOLD).map((name) => {
    // The first of its troubles: how slow the rest is, or what a probe says, is not what users are counted by.
    const [words = ''] = troubleOf(observation, name, spec.improvement.goals.p95Ms).words.split(', and ');
    return /\d/.test(words) && !why.includes(words) ? words : `${name} fails`;
  });
  const more = failing.length > MOST_TOLD ? [`${failing.length - MOST_TOLD} more services fail`] : [];
  return [...told, ...more].join('; ');
}

/** Who fails and why, before whatever is asked; '' where nobody is known to. */
export function troubleWords(scope: PlanScope): string {
  const failing = failingIn(scope);
  if (failing.length === 0) return '';
  const why = scope.diagnosis.causes[0]?.summary ?? 'no cause was found';
  return `${failWords(scope, failing, why)}: ${why}. ${begunWords(scope.diagnosis)}`.replace(/\. $/, '');
}
