import type { JournalLine } from '../../ports/store.ts';
import { clocksOf } from '../time-spent.ts';
import type { Spent } from '../time-spent.ts';
import { changeTimes } from '../changes/change-times.ts';
import { deadlinesIn } from '../deadlines.ts';
import type { RunReport } from '../run-report.ts';
import { timeOfDay } from '../formatting.ts';
import { h, list, NOTHING, opens, table } from './markup.ts';
import type { Html } from './markup.ts';
import { duration, several } from './says.ts';

const WORDS: Readonly<Record<Spent, string>> = {
  acting: 'acting',
  google: 'waiting for Google to carry it out',
  evidence: 'waiting for metrics and looks to show an effect',
  proof: 'proving that it stays healthy',
  people: 'waiting for people, holds and freezes',
  'handed-over': 'handed over: looking, and writing no more',
  away: 'nobody looked: no process was running',
};

/** One bar, and the same in words. */
export function clockBar(lines: readonly JournalLine[]): Html {
  const spent = [...clocksOf(lines)].filter(([clock, ms]) => ms > 0 || !['handed-over', 'away'].includes(clock));
  const whole = spent.reduce((sum, [, ms]) => sum + ms, 0);
  if (whole === 0) return NOTHING;
  let x = 0;
  const rects = spent.map(([clock, ms]) => {
    const width = Number(((ms / whole) * 100).toFixed(2));
    const rect = h`<rect class="c-${clock}" x="${Number(x.toFixed(2))}%" width="${width}%" height="18"/>`;
    x += width;
    return rect;
  });
  const share = (ms: number): string => `${Math.round((ms / whole) * 100)} %`;
  const words = spent.map(([clock, ms]) => `${WORDS[clock]} ${duration(ms)}, ${share(ms)}`).join('; ');
  const keys = spent.map(
    ([clock, ms]) =>
      h`<li><svg width="12" height="12" aria-hidden="true"><rect class="c-${clock}" width="12" height="12"/></svg> ${WORDS[clock]} <b>${duration(ms)}</b> <span class="quiet">${share(ms)}</span></li>`,
  );
  return h`<svg class="clocks" role="img" width="100%" height="18"><title>${words}</title>${rects}</svg><ul class="clock-keys">${keys}</ul>
<p class="note">By the state that the run was in between two lines of its journal: ${duration(whole)} in all.</p>\n`;
}

/** When each change was sent, accepted and seen in force. */
export function sentList({ mutations }: RunReport): Html {
  const told = mutations.flatMap((change) => {
    const times = changeTimes(change);
    return times === null ? [] : [h`<b>${change.title}</b>: ${times}`];
  });
  return told.length === 0 ? NOTHING : h`<h3>Sent, accepted, in force</h3>${list(told)}`;
}

/** Until when each state of the run could last, what would have followed, and when it was left. */
export function deadlineTable(lines: readonly JournalLine[]): Html {
  const rows = deadlinesIn(lines).map(({ state, enteredAt, until, then, leftAt }) => [
    timeOfDay(enteredAt),
    state,
    timeOfDay(until),
    then,
    leftAt === null ? 'not left' : timeOfDay(leftAt),
  ]);
  if (rows.length === 0) return NOTHING;
  return opens(
    several(rows.length, 'deadline'),
    table('Until when each state could last (UTC)', ['entered', 'state', 'until', 'then', 'left'], rows, 'deadlines'),
  );
}
