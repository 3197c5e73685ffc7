import { AFTER_WRITE } from '../core/evidence-asked.ts';
import type { Counted } from '../core/model/trial.ts';
import { ridersOf } from '../diagnosis/infrastructure/connectors.ts';
import { percent } from '../diagnosis/observation-queries.ts';
import { isSurelyLess } from '../diagnosis/witnesses/separated.ts';
import { kindOf } from '../steps/kinds.ts';
import { KINDS, nameIn, STEPS } from '../steps/index.ts';
import { leaveOut } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';

interface Rider extends Counted {
  readonly name: string;
}

/**
 * A release that fails its users, or crowds the connector, goes back before the connector is enlarged, which cannot be undone: where the
 * revision before it served well through the same connector, and the users of every other service that rides it surely fail many times less
 * in the same minutes. What the pin leaves of the crowd is seen then. Where others fail as well, the connector is full for all of them, and a
 * service that rides it alone is not told apart from it: there it goes first as ever.
 */
export function releaseFirst(scope: PlanScope, all: readonly Decided[]): readonly Decided[] {
  const isOneWay = ({ kind, change }: Decided['step']): boolean => STEPS[kind].way === 'in-place' && change !== null;
  const isWanted = ({ step, awaits, question }: Decided): boolean =>
    question === null && (step.decision === 'apply' || awaits !== undefined);
  const open = all.filter((decided) => isOneWay(decided.step) && isWanted(decided));
  if (open.length === 0) return [];
  const pins = KINDS.filter((kind) => STEPS[kind].way === 'traffic')
    .flatMap((kind) => kindOf(kind).plan(scope, []))
    .filter(({ step, isBetter }) => step.decision === 'apply' && isBetter === true && scope.leftOut?.includes(step.id) !== true);
  return open.flatMap((decided) => {
    const because = apart(scope, nameIn(decided.step.id), pins);
    return because === null ? [] : [leaveOut(decided, because)];
  });
}

function apart({ observation }: PlanScope, connector: string, pins: readonly Decided[]): string | null {
  const all = (ridersOf(observation.connectors[connector]) ?? []).flatMap((name): readonly Rider[] => {
    const requests = observation.services[name]?.requests;
    const stats = requests?.freshness === 'fresh' ? requests.value : null;
    return stats === null ? [] : [{ name, total: stats.total, failed: stats.serverErrors }];
  });
  const pinned = pins.map(({ step }) => nameIn(step.id));
  const released = all.filter(({ name, total }) => pinned.includes(name) && total > 0);
  const others = all.filter(({ name, total }) => !pinned.includes(name) && total >= AFTER_WRITE.leastRequests);
  const isSpared = (other: Rider): boolean => released.every((one) => isSurelyLess(other, one));
  if (released.length === 0 || others.length === 0 || !others.every(isSpared)) return null;
  const say = ({ name, failed, total }: Rider): string => `${name} fails ${failed} of ${total} requests (${percent(failed / total)})`;
  const ids = pins.filter(({ step }) => released.some(({ name }) => name === nameIn(step.id))).map(({ step }) => step.id);
  return (
    `${ids.join(', ')} goes first, which can be undone; it is decided again on what that leaves: ${released.map(say).join('; ')}, ` +
    `and of the others that ride ${connector}, in the same minutes, ${others.map(say).join('; ')}`
  );
}
