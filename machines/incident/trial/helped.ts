import type { Mutation, ServedBefore } from '../../../src/core/model/mutation.ts';
import { serviceIn } from '../../../src/steps/subjects.ts';
import type { IncidentContext } from '../context.ts';
import { sayInstant } from '../people/say-instant.ts';
import { isBeyondChance } from './weigh-restore.ts';

/** What users got before a change that is in force, and what they get since, where their service is ill all the same. Pure: figures to words. */

/** At most so much of what the share was: far fewer, and fewer; a share that is nearly as large is hardly less. */
const FAR_FEWER = 0.5;
const FEWER = 0.8;
/** Fewer requests than this make no share. */
const LEAST_REQUESTS = 30;

/** What users of the service got by the newest window of the newest look; null: not measured. */
export function servedIn(look: Pick<NonNullable<IncidentContext['look']>, 'tallies'> | null, service: string | null): ServedBefore | null {
  const requests = service === null ? null : (look?.tallies?.[service]?.requests ?? null);
  if (requests === null) return null;
  const all = Object.values(requests.byRevision);
  const total = all.reduce((sum, each) => sum + each.total, 0);
  const badly = all.reduce((sum, each) => sum + each.failed + (each.turnedAway ?? 0), 0);
  return { total, badly, sinceAt: requests.sinceAt, untilAt: requests.untilAt };
}

/** Of each change whose service is still ill: whether fewer fail since, from what to what and in which windows; '' when none is. */
export function sinceWords({ look, usersIll = {} }: IncidentContext, inForce: readonly Mutation[]): string {
  const said = inForce.flatMap((mutation) => {
    const service = serviceIn(mutation.after);
    if (service === null || look === null || look.at <= mutation.at) return [];
    const isIll = look.gates[`healthy:${service}`]?.outcome === 'fail' || Object.hasOwn(usersIll, service);
    return isIll ? [becameWords(mutation, service, servedIn(look, service))] : [];
  });
  return said.join('');
}

function becameWords({ title, at, served }: Mutation, service: string, now: ServedBefore | null): string {
  const before = served ?? null;
  if (before === null || now === null || now.sinceAt < at || Math.min(before.total, now.total) < LEAST_REQUESTS)
    return ` In force, and ${service} is still ill: ${title} (what users got before and since was not measured).`;
  const [was, is] = [before.badly / before.total, now.badly / now.total];
  const isSure = isBeyondChance({ share: was, of: before.total }, { share: is, of: now.total });
  const how = is >= was ? 'has not helped' : isSure ? fewerWords(is / was) : 'whether fewer fail since cannot be told';
  return ` In force, and ${how}: ${title} (${service}: before ${sayServed(before)}, since then ${sayServed(now)}).`;
}

function fewerWords(ofBefore: number): string {
  if (ofBefore > FEWER) return 'hardly fewer fail since';
  return `${ofBefore <= FAR_FEWER ? 'far ' : ''}fewer fail since, but not few enough`;
}

function sayServed({ total, badly, sinceAt, untilAt }: ServedBefore): string {
  const percent = (100 * badly) / total;
  const share = percent === 0 || percent >= 10 ? String(Math.round(percent)) : percent.toPrecision(2);
  return `${badly} of ${total} failed or were turned away (${share} %, ${sayInstant(sinceAt)} to ${sayInstant(untilAt)})`;
}
