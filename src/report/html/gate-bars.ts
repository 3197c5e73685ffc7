import { defined } from '../../core/defined.ts';
import type { Outcome } from '../../core/model/verdict.ts';
import type { Figures } from '../figures/figures.ts';
import { titleOf } from '../documents/checks.ts';
import { verdictOf } from '../journal-facts.ts';
import { across, ground } from './frame.ts';
import type { Frame } from './frame.ts';
import { h, NOTHING, opens, list } from './markup.ts';
import type { Html } from './markup.ts';
import { clock, several } from './says.ts';

interface Stretch {
  readonly outcome: Outcome;
  readonly fromAt: number;
  readonly untilAt: number;
  readonly because: string | null;
}

/** What every look said of each gate: those that always passed are counted, the others drawn over the common time. */
export function gateBars({ looks }: Figures, frame: Frame): Html {
  const names = [...new Set(looks.flatMap(({ facts }) => Object.keys(facts.gates)))].filter((name) => name !== 'all');
  const bars = names.map((name) => ({ name, stretches: stretchesOf(looks, name, frame.toAt) }));
  const drawn = bars.filter(({ stretches }) => stretches.some(({ outcome }) => outcome !== 'pass'));
  const quiet = bars.filter((bar) => !drawn.includes(bar)).map(titleOf);
  if (bars.length === 0) return NOTHING;
  return h`<figure class="gates"><figcaption><h3>Gates: what each look said</h3><span class="keys"><span class="key"><svg width="22" height="8" aria-hidden="true"><rect class="pass" width="22" height="8"/></svg> pass</span> <span class="key"><svg width="22" height="8" aria-hidden="true"><rect class="fail" width="22" height="8"/></svg> fail</span> <span class="key"><svg width="22" height="8" aria-hidden="true"><rect class="unknown" width="22" height="8"/></svg> could not be measured, or too little data</span></span></figcaption>
${drawn.map((bar) => barOf(bar, frame))}
${quiet.length === 0 ? NOTHING : h`<p class="note">${several(quiet.length, 'gate')} passed at every look: ${quiet.join('; ')}.</p>`}</figure>\n`;
}

function stretchesOf(looks: Figures['looks'], name: string, endAt: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { at, facts } of looks) {
    const gate = facts.gates[name];
    if (gate === undefined) continue;
    const { outcome, because } = verdictOf(gate);
    const last = stretches.at(-1);
    if (last !== undefined) stretches[stretches.length - 1] = { ...last, untilAt: at };
    if (last?.outcome !== outcome) stretches.push({ outcome, fromAt: at, untilAt: at, because });
  }
  const last = stretches.at(-1);
  if (last !== undefined && last.fromAt === last.untilAt) stretches[stretches.length - 1] = { ...last, untilAt: endAt };
  return stretches;
}

const CLASSES: Readonly<Record<Outcome, string>> = { pass: 'pass', fail: 'fail', error: 'unknown', inconclusive: 'unknown' };
const WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'passed',
  fail: 'failed',
  error: 'could not be measured',
  inconclusive: 'had too little data',
};

function barOf({ name, stretches }: { readonly name: string; readonly stretches: readonly Stretch[] }, frame: Frame): Html {
  const rects = stretches.map(({ outcome, fromAt, untilAt }) => {
    const x = across(frame, fromAt);
    const width = Number(Math.max(0.15, across(frame, untilAt) - x).toFixed(2));
    return h`<rect class="${CLASSES[outcome]}" x="${x}%" width="${width}%" height="10"/>`;
  });
  const [newest, first] = [defined(stretches.at(-1)), defined(stretches[0])];
  const turns = stretches.length - 1;
  const title = titleOf({ name });
  const words = `${title}: at ${clock(first.fromAt)} it ${WORDS[first.outcome]}, when it was last asked it ${WORDS[newest.outcome]}; ${turns === 0 ? 'it never changed' : `changed ${several(turns, 'time')}`}`;
  const told = stretches.map(
    ({ outcome, fromAt, untilAt, because }) =>
      `${clock(fromAt)}–${clock(untilAt)} ${WORDS[outcome]}${because === null ? '' : `: ${because}`}`,
  );
  return h`<div class="gate">${opens(title, list(told))}<svg class="bar" role="img" width="100%" height="10"><title>${words}</title>${rects}${ground({ ...frame, phases: [] }, 10)}</svg></div>\n`;
}
