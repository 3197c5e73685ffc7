import type { RunStatus } from '../ports/store.ts';
import { h, NOTHING, opens } from '../report/html/markup.ts';
import type { Html } from '../report/html/markup.ts';
import type { ShownPhase, ToldRun } from './runs.ts';

type Way = NonNullable<RunStatus['leaves']>[number];

/** Said with the phase, so that nothing hangs on a colour or a sign. */
const SAID: Readonly<Record<ShownPhase['state'], string>> = {
  been: 'been there',
  here: 'here now',
  ahead: 'ahead',
  'passed-over': 'passed over',
};
const MARKS: Readonly<Record<ShownPhase['state'], string>> = { been: '✓', here: '●', ahead: '○', 'passed-over': '–' };
/** Ways out that stand open; the others are a click away. */
const SHOWN = 4;

/** The phases of the runbook with the one it is in, what it does there, and all that leads out of it; of an ended run the phases alone. */
export function railSection({ rail, run, told, now }: ToldRun): Html {
  if (rail.length === 0) return NOTHING;
  const places = rail.map(
    ({ name, state }) =>
      h`<li class="${state}"${state === 'here' ? h` aria-current="step"` : NOTHING}><span aria-hidden="true">${MARKS[state]}</span> ${name} <span class="said">(${SAID[state]})</span></li>`,
  );
  const { status } = told;
  const head = h`<section id="rail" class="where-it-is" aria-labelledby="rail-h"><h2 id="rail-h">Where the run is</h2>\n<ol class="rail">${places}</ol>\n`;
  if (run.hasEnded || status === null) return h`${head}</section>\n`;
  const asOf =
    run.driven === false ? h`<p class="note">Nobody drives the run: nothing of this follows until it is gone on with.</p>\n` : NOTHING;
  return h`${head}${asOf}${waitsOf(status, now)}${waysOut(status.leaves ?? [], now)}</section>\n`;
}

function waitsOf({ waiting }: RunStatus, now: number | null): Html {
  if (waiting.length === 0) return NOTHING;
  const rows = waiting.map(
    ({ for: what, owner, until, then }) =>
      h`<li>${what} <span class="quiet">(${OWNERS[owner] ?? owner})</span>${until === null ? NOTHING : h`<br>until ${instant(until, now)}; then: ${then}`}</li>`,
  );
  return h`<ul class="waits">${rows}</ul>\n`;
}

const OWNERS: Readonly<Record<string, string>> = {
  firebreak: 'Firebreak acts',
  google: 'Google must answer',
  operator: 'a human decides',
  services: 'the services must show it',
};

/** By what follows, in the order of the chart. */
function waysOut(leaves: readonly Way[], now: number | null): Html {
  if (leaves.length === 0) return NOTHING;
  const byEnd = new Map<string, Way[]>();
  for (const way of leaves) byEnd.set(way.to, [...(byEnd.get(way.to) ?? []), way]);
  const rows = [...byEnd].map(
    ([to, ways]) => h`<dt>${to}</dt><dd>${ways.map((way, index) => h`${index === 0 ? 'when ' : '; or when '}${whenOf(way, now)}`)}</dd>`,
  );
  const more = rows.slice(SHOWN);
  return h`<h3>What leads out of here</h3>\n<dl class="ways">${rows.slice(0, SHOWN)}</dl>\n${more.length === 0 ? NOTHING : opens(`${more.length} more`, h`<dl class="ways">${more}</dl>`)}`;
}

function whenOf({ when, until }: Way, now: number | null): Html {
  if (until === null) return h`${when}`;
  const also = when === '' ? '' : when.startsWith('unless ') ? `, ${when}` : `, and ${when}`;
  return h`it is ${instant(until, now)}${also}`;
}

/** The instant stands; the script beside it counts down to it, where the clock of the run is known. */
export function instant(text: string, now: number | null): Html {
  const words = `${text.slice(0, 10) === today(now) ? '' : `${text.slice(0, 10)} `}${text.slice(11, 19)}Z`;
  return h`<time datetime="${text}">${words}</time><span class="left" role="timer"></span>`;
}

function today(now: number | null): string | null {
  return now === null ? null : new Date(now).toISOString().slice(0, 10);
}
