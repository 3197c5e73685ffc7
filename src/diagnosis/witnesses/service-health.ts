import { sayDuration, sayMinute } from '../../core/duration.ts';
import { ILL } from '../../core/evidence-asked.ts';
import type { IllAsked } from '../../core/evidence-asked.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Testimony, UsersIll } from '../../core/model/testimony.ts';
import type { Outcome, Verdict } from '../../core/model/verdict.ts';
import { agree, failsSince } from './agreement.ts';
import type { Agreement } from './agreement.ts';
import { usersWellAgain } from '../../core/service/users-ill.ts';
import { diesAlone } from '../changes/dies-alone.ts';
import type { DiesAlone } from '../changes/dies-alone.ts';
import { failsMore } from './fails-more.ts';
import type { FailsMore } from './fails-more.ts';
import { failsAlone } from '../changes/fails-alone.ts';
import type { FailsAlone } from '../changes/fails-alone.ts';
import { illSince } from '../changes/ill-since.ts';
import type { IllSince } from '../changes/ill-since.ts';
import type { JudgeInput } from './judge-input.ts';
import { oncePerLook } from '../once-per-look.ts';
import { NO_SERIES, SLOW_FACTOR } from './request-evidence.ts';
import { usersP95 } from './users-p95.ts';
import { servingNow, slowServices, testify } from './testimony.ts';

type Agreements = Readonly<Record<string, Agreement & { readonly observers: boolean }>>;

/** What the witnesses of this look and of the last ones come to, by service, by what is asked of them. */
export function agreements(observation: Observation, spec: RemediationSpec, facts: JudgeInput, asked: IllAsked = ILL): Agreements {
  return agreedOnce(observation, spec, facts, asked);
}

/** Most changes ask the same of the witnesses, and the gates ask it too. */
const agreedOnce = oncePerLook((observation, spec: RemediationSpec, facts: JudgeInput, asked: IllAsked): Agreements => {
  const slow = slowServices(observation);
  return Object.fromEntries(
    Object.entries(testify(observation, spec, facts)).map(([name, said]) => {
      const since = facts.servingSince[name] ?? null;
      const heard = { at: observation.at, testimony: said, slow: slow.includes(name), witnessed: facts.witnessed ?? [], since };
      const agreed = stillIll(agree(name, heard, asked), said, facts.usersIll?.[name]);
      const apart = failsMore(observation, spec, name, since ?? 0);
      const isApart = apart !== null && agreed.verdict !== 'ill' && failsSince(name, heard, apart.minutes, asked);
      const alone =
        recurringOf(diesAlone(observation, name, facts)) ??
        (isApart
          ? apartOf(apart)
          : (boutsOf(failsAlone(observation, name, facts), agreed) ?? sinceOf(illSince(observation, name, facts), agreed)));
      return [name, { ...(alone ?? agreed), observers: said.probes.silence === 'observer' }];
    }),
  );
});

/** Deaths that come again on one revision alone are an illness between them too: many looks have shown it, and no single one does. */
function recurringOf(alone: DiesAlone | null): Agreement | null {
  if (alone === null) return null;
  const { died, because } = alone;
  return { verdict: 'ill', witnesses: ['deaths'], looks: died.length, since: died[0] ?? null, because };
}

/** What users of one revision meet and those of another do not is an illness, however few they are of all. */
function apartOf({ sinceAt, minutes, because }: FailsMore): Agreement {
  return { verdict: 'ill', witnesses: ['requests'], looks: minutes.length, since: sinceAt, because };
}

/** What users of one revision alone meet again and again, likewise; while they meet it the looks of now say it better. */
function boutsOf(alone: FailsAlone | null, { verdict }: Agreement): Agreement | null {
  if (alone === null || verdict === 'ill') return null;
  const { bouts, because } = alone;
  return { verdict: 'ill', witnesses: ['requests'], looks: bouts.length, since: bouts[0]?.from ?? null, because };
}

/** What came with a revision that serves alone and comes again and again, likewise. */
function sinceOf(ill: IllSince | null, { verdict }: Agreement): Agreement | null {
  if (ill === null || verdict === 'ill') return null;
  const { witness, began, because } = ill;
  return { verdict: 'ill', witnesses: [witness], looks: began.length, since: began[0] ?? null, because };
}

/** Who did not see what users met, or serves again what was known to fail, is not well for want of users: then it is not known. */
function stillIll(agreed: Agreement, { requests }: Testimony, ill: UsersIll | undefined): Agreement {
  if (agreed.verdict !== 'well' || ill === undefined || usersWellAgain(requests, ill)) return agreed;
  const because =
    `users failed in the newest figures of them, which end at ${sayMinute(ill.untilAt)} (${ill.because}), and have not been measured well since: ${requests.because}; ` +
    `otherwise ${agreed.because}`;
  return { verdict: 'unknown', witnesses: [], looks: 0, since: null, because };
}

const OUTCOME: Readonly<Record<Agreement['verdict'], Outcome>> = {
  ill: 'fail',
  suspected: 'inconclusive',
  well: 'pass',
  unknown: 'inconclusive',
};

/**
 * Is this service healthy now? The intended revision serves all traffic, and the witnesses agree on it. It fails only when they
 * agree that it is ill: a suspicion, and what could not be measured, are no pass and no failure.
 */
export function judgeService(
  observation: Observation,
  name: string,
  facts: JudgeInput,
  agreement: (Agreement & { readonly observers: boolean }) | undefined,
): Verdict {
  const state = observation.services[name]?.state;
  if (agreement === undefined || state?.freshness !== 'fresh' || state.value === null)
    return unreadable(name, 'could not be read', state?.problem);
  const serving = servingNow(observation, name);
  const wrong = wrongRevision(name, serving, facts);
  if (wrong !== null) return wrong;
  const { verdict, because, observers } = agreement;
  if (verdict === 'well') return { outcome: 'pass', because: `${serving.join(', ')}: ${because}` };
  const unmeasured = verdict === 'unknown' && (observation.logs.value === null || observers);
  return { outcome: unmeasured ? 'error' : OUTCOME[verdict], because: `${name}: ${because}` };
}

function wrongRevision(name: string, serving: readonly string[], facts: JudgeInput): Verdict | null {
  if (serving.length === 0) return { outcome: 'inconclusive', because: `${name}: which revision serves is not known` };
  const intended = facts.intended[name];
  if (intended === undefined || (serving.length === 1 && serving[0] === intended)) return null;
  return { outcome: 'fail', because: `${name}: ${serving.join(', ')} serves, but ${intended} is intended` };
}

/** A soak counts no time in which users could not be seen. null: they could. */
export function judgeSeen(observation: Observation, name: string): Verdict | null {
  const requests = observation.services[name]?.requests;
  if (requests?.freshness === 'fresh' || requests?.problem === NO_SERIES) return null;
  const why = requests?.value == null ? 'not measured' : 'late';
  return { outcome: 'inconclusive', because: `${name}: the request figures are ${why}` };
}

/** Right answers that come far too late stop the clock of a soak; they do not turn it back. null: nothing against it. */
export function judgeLatency(observation: Observation, spec: RemediationSpec, name: string, facts: JudgeInput): Verdict | null {
  const service = observation.services[name];
  const value = service === undefined ? null : usersP95(service);
  const requests = service?.requests.freshness === 'fresh' ? service.requests.value : null;
  const goal = spec.improvement.goals.p95Ms;
  if (value === null || requests === null || value <= SLOW_FACTOR * goal || requests.total < spec.improvement.minSamples) return null;
  const reachesBack = (facts.servingSince[name] ?? 0) > requests.sinceAt;
  const because = `${name}: p95 ${sayDuration(value)}, goal ${sayDuration(goal)}`;
  return { outcome: 'inconclusive', because: reachesBack ? `${because}, of a window that reaches back before the last shift` : because };
}

function unreadable(name: string, what: string, problem: string | undefined): Verdict {
  return { outcome: 'error', because: `${name} ${what}${problem === undefined ? '' : ` (${problem})`}` };
}
