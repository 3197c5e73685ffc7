import type { UsersBout } from '../../../src/core/model/testimony.ts';
import { countedIn } from '../../../src/core/service/users-bouts.ts';
import type { Look } from '../activities.ts';
import type { IncidentContext } from '../context.ts';

/** When users of a service failed, with quiet times between: kept by the figures of minutes, so that late figures tell of then. Pure. */

const MINUTE = 60_000;
/** So long without a failing minute lies between one bout and the next. */
const APART = 2 * MINUTE;
const REMEMBERED = 6;

type Seen = Pick<Look, 'at' | 'testimony' | 'served'>;
type Bouts = Required<Pick<IncidentContext, 'usersBouts' | 'failingLines'>>;

export function usersBoutsAfter({ usersBouts = {}, failingLines = {} }: Partial<Bouts>, look: Seen): Bouts {
  const said = Object.entries(look.testimony).filter(([, { logs }]) => logs.word === 'ill');
  const lines = { ...failingLines, ...Object.fromEntries(said.map(([name, { logs }]) => [name, { at: look.at, because: logs.because }])) };
  const bouts = Object.keys(look.testimony).flatMap((service): [string, readonly UsersBout[]][] => {
    const bout = boutIn(look, service);
    if (bout === null) return [];
    const line = lines[service];
    // Lines come at once, figures minutes later.
    const reason = line === undefined || line.at < bout.from ? {} : { because: line.because };
    return [[service, withBout(usersBouts[service] ?? [], { ...bout, ...reason })]];
  });
  return { usersBouts: { ...usersBouts, ...Object.fromEntries(bouts) }, failingLines: lines };
}

/** What this look shows of one, also where it is over, or one minute that decides nothing by itself; null: nothing. */
function boutIn({ at, testimony, served }: Seen, service: string): UsersBout | null {
  const requests = testimony[service]?.requests;
  const minutes = newestOf(requests?.minutes ?? (requests?.word === 'ill' ? [requests.failedAt ?? at] : []));
  if (minutes.length === 0) return null;
  const windows = Object.entries(served[service] ?? {});
  // An application that limits its clients answers 429 all day: counted only where nothing else failed.
  const areErrors = windows.some(([, { failed }]) => failed > 0);
  const counted = windows.map(([name, { total, failed, turnedAway = 0 }]) => [name, { total, failed: areErrors ? failed : turnedAway }]);
  return { from: Math.min(...minutes) - MINUTE, until: Math.max(...minutes), revisions: Object.fromEntries(counted) };
}

/** Figures that reach further back tell of several bouts; the earlier ones were told in their own minutes. */
function newestOf(minutes: readonly number[]): readonly number[] {
  const sorted = minutes.toSorted((one, other) => one - other);
  const first = sorted.findLastIndex((at, index) => index > 0 && at - (sorted[index - 1] ?? at) > APART);
  return sorted.slice(Math.max(0, first));
}

function withBout(known: readonly UsersBout[], bout: UsersBout): readonly UsersBout[] {
  const last = known.at(-1);
  if (last === undefined || bout.from - last.until > APART) return [...known, bout].slice(-REMEMBERED);
  // Of a bout that is known a later look may show but the end.
  const shown = countedIn(bout).failed > countedIn(last).failed ? bout : last;
  return [...known.slice(0, -1), { ...last, ...shown, from: last.from, until: Math.max(last.until, bout.until) }];
}
