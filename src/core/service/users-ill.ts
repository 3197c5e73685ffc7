import type { Statement, UsersIll } from '../model/testimony.ts';

/** So unlikely must it be that all of these requests went well by chance, at the rate at which they failed. */
const CHANCE = 0.001;
const LEAST_REQUESTS = 3;

/** One failed request is chance. */
const FEW_FAILED = 2;

/**
 * Whether users' requests tell of an illness that stands until they tell otherwise: ill by themselves, or too few to judge a rate by while
 * most of them failed and none was answered well since. Pure.
 */
export function usersTellIll({ word, silence, samples, failed = 0, wellSince }: Statement): boolean {
  if (word === 'ill') return true;
  return word === 'silent' && silence === 'unsure' && wellSince === 0 && failed >= FEW_FAILED && failed * 2 > samples;
}

/**
 * Whether users' requests tell that an illness which they told of is over: well by themselves, or, where few call, so many without a
 * failure as the old rate would hardly ever bring. Requests that nobody sends tell nothing. Pure.
 */
export function usersWellAgain({ word, silence, samples, failed }: Statement, ill: Pick<UsersIll, 'failed' | 'samples'>): boolean {
  if (word === 'well') return true;
  if (silence !== 'few' || failed !== 0) return false;
  const share = ill.samples === 0 ? 0 : Math.min(1, ill.failed / ill.samples);
  return samples >= LEAST_REQUESTS && samples * Math.log(1 - share) <= Math.log(CHANCE);
}
