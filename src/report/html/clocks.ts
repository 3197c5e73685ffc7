import { clockAt } from '../../../machines/incident/paths.ts';
import type { Clock } from '../../../machines/incident/paths.ts';
import type { JournalLine } from '../../ports/store.ts';
import { factsOf } from '../journal-facts.ts';
import { h, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { duration } from './says.ts';

export type Spent = Clock | 'away';

const WORDS: Readonly<Record<Spent, string>> = {
  acting: 'acting',
  google: 'waiting for Google to carry it out',
  evidence: 'waiting for metrics and looks to show an effect',
  proof: 'proving that it stays healthy',
  people: 'waiting for people, holds and freezes',
  'handed-over': 'handed over: looking, and writing no more',
  away: 'nobody looked: no process was running',
};

/** How long the run spent on what, in milliseconds; all of it together is its length. */
export function clocksOf(lines: readonly JournalLine[]): ReadonlyMap<Spent, number> {
  const spent = new Map<Spent, number>((Object.keys(WORDS) as Spent[]).map((clock) => [clock, 0]));
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (next === undefined || line.event === 'run.ended') break;
    const length = Math.max(0, next.at - line.at);
    const away = Math.min(length, awayBefore(next));
    spent.set('away', spent.get('away')! + away);
    const clock = clockAt(line.states);
    spent.set(clock, spent.get(clock)! + length - away);
  }
  return spent;
}

function awayBefore(line: JournalLine): number {
  const facts = factsOf(line, 'time.away') ?? factsOf(line, 'run.resumed');
  const ms = facts?.awayMs;
  return typeof ms === 'number' && ms > 0 ? ms : 0;
}

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
