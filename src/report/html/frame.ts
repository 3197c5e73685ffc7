import { phaseWords } from '../../../machines/incident/paths.ts';
import { defined } from '../../core/defined.ts';
import { MINUTE } from '../../core/duration.ts';
import type { PhaseReport } from '../run-report.ts';
import { h, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { clock, duration } from './says.ts';

/** The time that all charts share, with what is drawn into each of them. */
export interface Frame {
  readonly fromAt: number;
  readonly toAt: number;
  readonly phases: readonly PhaseReport[];
  readonly changes: readonly ChangeMark[];
}

export interface ChangeMark {
  readonly number: number;
  readonly title: string;
  readonly at: number;
  /** When it was in force, or known not to come; null: not known. */
  readonly endedAt: number | null;
}

/** Where an instant lies, in per cent of the width, kept inside. */
export function across({ fromAt, toAt }: Pick<Frame, 'fromAt' | 'toAt'>, at: number): number {
  const share = toAt > fromAt ? (at - fromAt) / (toAt - fromAt) : 0;
  return Number((Math.min(1, Math.max(0, share)) * 100).toFixed(2));
}

/** Closer than this, in per cent, two numbers cover each other on a phone. */
const APART = 6;
const ROW = 20;

/** Numbers of changes, names of phases, times: above the charts, and kept in view beside them. */
export function lanes(frame: Frame): Html {
  return h`<div class="lanes">${changeLane(frame)}${phaseLane(frame)}${timeLane(frame)}</div>\n`;
}

function changeLane(frame: Frame): Html {
  if (frame.changes.length === 0) return NOTHING;
  const rows: number[] = [];
  const marks = frame.changes.map(({ number, title, at }) => {
    const x = Math.min(98, Math.max(2, across(frame, at)));
    const free = rows.findIndex((last) => x - last >= APART);
    const row = free < 0 ? rows.length : free;
    rows[row] = x;
    const y = row * ROW + 10;
    return h`<g><title>${`${number}: ${title}, ${clock(at)}`}</title><circle class="mark" cx="${x}%" cy="${y}" r="8"/><text class="number" x="${x}%" y="${y + 4}" text-anchor="middle">${number}</text></g>`;
  });
  const words = `Changes: ${frame.changes.map(({ number, title, at }) => `${number} ${title} at ${clock(at)}`).join('; ')}`;
  return h`<svg class="lane" role="img" width="100%" height="${rows.length * ROW}"><title>${words}</title>${marks}</svg>`;
}

function phaseLane(frame: Frame): Html {
  const bands = bandsOf(frame).map(({ name: phase, x, width, nth }) => {
    const name = phaseWords(phase);
    const words = width >= 7 * (name.length / 8) ? h`<text class="phase" x="4" y="13">${name}</text>` : NOTHING;
    return h`<svg x="${x}%" y="0" width="${width}%" height="18"><title>${name}</title><rect class="${nth % 2 === 0 ? 'even' : 'odd'}" width="100%" height="18"/>${words}</svg>`;
  });
  const told = frame.phases.map(
    ({ name, startedAt, endedAt }) => `${phaseWords(name)} from ${clock(startedAt)} for ${duration((endedAt ?? frame.toAt) - startedAt)}`,
  );
  return h`<svg class="lane" role="img" width="100%" height="18"><title>${`Phases: ${told.join('; ')}`}</title>${bands}</svg>`;
}

/** Phases as they lie across the frame; the same phase again is another band. */
function bandsOf(frame: Frame): readonly { readonly name: string; readonly x: number; readonly width: number; readonly nth: number }[] {
  return frame.phases.map(({ name, startedAt, endedAt }, nth) => {
    const x = across(frame, startedAt);
    return { name, x, width: Math.max(0, Number((across(frame, endedAt ?? frame.toAt) - x).toFixed(2))), nth };
  });
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * MINUTE);
const MOST_TIMES = 6;

function timesIn({ fromAt, toAt }: Frame): readonly number[] {
  const step = STEPS.find((each) => (toAt - fromAt) / each <= MOST_TIMES) ?? defined(STEPS.at(-1));
  const first = Math.ceil(fromAt / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((toAt - first) / step) + 1) }, (_, nth) => first + nth * step);
}

function timeLane(frame: Frame): Html {
  const times = timesIn(frame).filter((at) => across(frame, at) >= 4 && across(frame, at) <= 96);
  const words = times.map((at) => h`<text class="time" x="${across(frame, at)}%" y="12" text-anchor="middle">${clock(at)}</text>`);
  return h`<svg class="lane" aria-hidden="true" width="100%" height="16">${words}</svg>`;
}

/** What lies behind the lines of a chart: phases as bands, changes as lines. */
export function ground(frame: Frame, height: number): Html {
  const bands = bandsOf(frame).map(({ x, width, nth }) => {
    const band = nth % 2 === 0 ? h`<rect class="band" x="${x}%" width="${width}%" height="${height}"/>` : NOTHING;
    return h`${band}<line class="edge" x1="${x}%" x2="${x}%" y1="0" y2="${height}"/>`;
  });
  const marks = frame.changes.map(({ at }) => {
    const x = across(frame, at);
    return h`<line class="at" x1="${x}%" x2="${x}%" y1="0" y2="${height}"/>`;
  });
  return h`${bands}${marks}`;
}

/** How long each change took until it was in force, at the foot of a chart. */
export function feet(frame: Frame, height: number): Html {
  const drawn = frame.changes.flatMap(({ at, endedAt }) => {
    if (endedAt === null) return [];
    const x = across(frame, at);
    const width = Number(Math.max(0.2, across(frame, endedAt) - x).toFixed(2));
    return [h`<rect class="foot" x="${x}%" y="${height - 3}" width="${width}%" height="3"/>`];
  });
  return h`${drawn}`;
}
