import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Counted } from '../../core/model/trial.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';
import { percent, servingRevisions } from '../observation-queries.ts';
import { together } from './served.ts';
import { rate } from './turned-away.ts';

/** Who is turned away may be so for the load: the revision before has shown more only where it carried about as much. */
const SAME_LOAD = 0.8;

interface Step {
  readonly own: Counted;
  /** By the revision that served before. */
  readonly former: Counted;
  readonly overMs: number;
  readonly untilAt: number;
}

/**
 * Whether what serves answers its users 429 since it serves, and the revision before it, under about the same load, surely did not: an
 * application that limits its clients does so whichever revision serves, and what came with one of them is that one's. In every step
 * of the day in which it has served, from the first on: limits that came later are not of the release. In words; null: not seen to be so.
 */
export function limitsAlone({ requests, hour, day }: ServiceObservation, serving: readonly string[], goal: number): string | null {
  const newest = requests.freshness === 'fresh' ? requests.value : null;
  if (newest === null || serving.length === 0) return null;
  const known = stepsOf(hour?.value ?? [], day?.value ?? []);
  const former = formerOf(known, serving);
  if (former === null) return null;
  const steps = [...known, { ...newest, untilAt: newest.untilAt ?? requests.measuredAt ?? newest.sinceAt }].map((step) => ({
    own: awayIn(step, serving),
    former: awayIn(step, [former]),
    overMs: step.untilAt - step.sinceAt,
    untilAt: step.untilAt,
  }));
  const now = steps.at(-1);
  const began = steps.findIndex(({ own }) => own.total > 0);
  // A step in which both have served tells of neither how much it had to carry.
  const before = steps.slice(0, began).filter((step) => isLike(step, now));
  const since = steps.slice(began).filter(({ own }) => own.total >= AFTER_WRITE.leastRequests);
  if (now === undefined || began < 0 || before.some(({ former: counted }) => rate(counted) > goal)) return null;
  const spared = together(before.map((step) => step.former));
  const isApart = spared.total > 0 && since.length > 1 && since.every(({ own }) => isSurelyMore(own, spared));
  if (!isApart || now.own.total < AFTER_WRITE.leastRequests) return null;
  // The newest minutes may lie within the last step as well: no request is counted twice.
  const own = together(
    since.filter((step, index) => step.untilAt - step.overMs >= (since[index - 1]?.untilAt ?? 0)).map((step) => step.own),
  );
  return (
    `${own.failed} of ${own.total} requests to ${serving.join(', ')} are answered 429 since it serves (${percent(rate(own))}), ` +
    `and of ${former}, which served before it under the same load, ${spared.failed} of ${spared.total}`
  );
}

/** Services of the document whose users are answered 429 since what serves does, with the figures. */
export function limitedSinceItServes(
  { services }: Observation,
  spec: RemediationSpec,
): readonly { readonly service: string; readonly words: string }[] {
  return spec.services.flatMap(({ name }) => {
    const seen = services[name];
    const words = seen === undefined ? null : limitsAlone(seen, servingRevisions(seen), spec.improvement.goals.errorRate);
    return words === null ? [] : [{ service: name, words }];
  });
}

type Dated = RequestStats & { readonly untilAt: number };

/** Oldest first; where both reach, those of the hour, which are shorter. */
function stepsOf(hour: readonly RequestStats[], day: readonly RequestStats[]): readonly Dated[] {
  const from = hour[0]?.sinceAt ?? Infinity;
  return [...day.filter(({ untilAt = Infinity }) => untilAt <= from), ...hour].flatMap((step) =>
    step.untilAt === undefined ? [] : [{ ...step, untilAt: step.untilAt }],
  );
}

/** The one that served last before the first request to what serves now. */
function formerOf(steps: readonly Dated[], serving: readonly string[]): string | null {
  const began = steps.findIndex(({ byRevision }) => serving.some((name) => (byRevision[name]?.total ?? 0) > 0));
  if (began < 0 || steps.slice(began + 1).some((step) => awayIn(step, othersIn(step, serving)).total > 0)) return null;
  const last = steps.slice(0, began).findLast((step) => othersIn(step, serving).length > 0);
  const [most] = last === undefined ? [] : othersIn(last, serving).toSorted((one, other) => totalIn(last, other) - totalIn(last, one));
  return most ?? null;
}

function othersIn({ byRevision }: RequestStats, serving: readonly string[]): readonly string[] {
  return Object.keys(byRevision).filter((name) => !serving.includes(name) && (byRevision[name]?.total ?? 0) > 0);
}

function totalIn({ byRevision }: RequestStats, revision: string): number {
  return byRevision[revision]?.total ?? 0;
}

function awayIn({ byRevision }: RequestStats, revisions: readonly string[]): Counted {
  return together(
    revisions.flatMap((name) => {
      const seen = byRevision[name];
      return seen === undefined ? [] : [{ total: seen.total, failed: seen.turnedAway ?? 0 }];
    }),
  );
}

function isLike({ former, overMs }: Step, now: Step | undefined): boolean {
  if (now === undefined || overMs <= 0 || now.overMs <= 0 || former.total < AFTER_WRITE.leastRequests) return false;
  return former.total / overMs >= (SAME_LOAD * now.own.total) / now.overMs;
}

function isSurelyMore(own: Counted, spared: Counted): boolean {
  const { chance, leastFailed, leastPoints } = AFTER_WRITE;
  return own.failed >= leastFailed && rate(own) - rate(spared) >= leastPoints && chanceOfWorse(spared, own) < chance;
}
