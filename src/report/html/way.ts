import { phaseWords } from '../../../machines/incident/paths.ts';
import type { RunReport } from '../run-report.ts';
import { inShort } from '../in-short.ts';
import type { JournalLine } from '../../ports/store.ts';
import { h, NOTHING, section } from './markup.ts';
import type { Html } from './markup.ts';
import { clock, duration } from './says.ts';

/** The phases of a kept page, in the order in which the run was in them, and where it ended; a served page has the rail of the live run. */
export function wayOf({ phases, outcome, endedAt }: RunReport): Html {
  if (phases.length === 0 || endedAt === null) return NOTHING;
  const been = phases.map(({ name, startedAt, endedAt: leftAt }, index) => {
    const isHere = outcome === null && index === phases.length - 1;
    const stayed = duration((leftAt ?? endedAt) - startedAt);
    return h`<li class="${isHere ? 'here' : 'been'}"><span aria-hidden="true">${isHere ? '●' : '✓'}</span> ${phaseWords(name)} <span class="quiet">${clock(startedAt)}, ${stayed}</span></li>`;
  });
  const end = outcome === null ? NOTHING : h`<li class="here">${outcome} <span class="quiet">${clock(endedAt)}</span></li>`;
  return section('way', 'The way through the runbook', [h`<ol class="rail">${been}${end}</ol>\n`]);
}

/** The end of the page, for whoever has it alone. */
export function shortSection(report: RunReport, lines: readonly JournalLine[]): Html {
  const rows = inShort(report, lines).map(([name, words]) => h`<dt>${name}</dt><dd>${words}</dd>`);
  return section('short', 'In short', [h`<dl class="short">${rows}</dl>\n`]);
}
