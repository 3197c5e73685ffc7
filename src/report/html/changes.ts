import { defined } from '../../core/defined.ts';
import type { JournalLine } from '../../ports/store.ts';
import { stateWords } from '../../steps/words.ts';
import { anyOf, ENDS } from '../journal-facts.ts';
import { standingOf } from '../documents/in-force-now.ts';
import type { Standing } from '../documents/in-force-now.ts';
import type { MutationReport, RunReport } from '../run-report.ts';
import { changeTimes } from '../changes/change-times.ts';
import { outcomeWords, timeOfDay } from '../formatting.ts';
import type { ChangeMark } from './frame.ts';
import { h, NOTHING, opens } from './markup.ts';
import type { Html } from './markup.ts';

/** The changes as they are numbered everywhere in the page, with when each was in force. */
export function marksOf({ mutations }: RunReport, lines: readonly JournalLine[]): readonly ChangeMark[] {
  return mutations.map(({ title, at, outcome }, index) => {
    const next = mutations[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const end = lines.find((line) => line.at >= at && line.at <= next && anyOf(line, ENDS) !== null);
    return { number: index + 1, title, at, endedAt: outcome === 'already' ? null : (end?.at ?? null) };
  });
}

export function changesSection(report: RunReport, marks: readonly ChangeMark[]): readonly (Html | null)[] {
  if (report.mutations.length === 0) return [h`<p>Nothing was changed by this run.</p>`];
  const standing = standingOf(report.mutations);
  const items = report.mutations.map((change, index) => changeOf(change, standing, defined(marks[index])));
  return [
    h`<p class="note">The way back is shown only for what is in force as this run made it: for anything else it would undo something else.</p>`,
    h`<ol class="changes">${items}</ol>\n`,
  ];
}

function changeOf(change: MutationReport, { inForce, over }: Standing, { number }: ChangeMark): Html {
  const { title, at, before, after, operation } = change;
  const isThis = (other: MutationReport): boolean => other.stepId === change.stepId && other.at === at && other.title === title;
  const stands = inForce.find(isThis);
  const now = over.find(isThis)?.since;
  const times = changeTimes(change);
  return h`<li><h3><span class="nr">${number}</span> ${title} <span class="badge ${change.class}">${change.class}</span></h3>
<p>${timeOfDay(at)} ${outcomeWords(change)}${times === null ? '' : `; ${times}`}</p>
<dl><dt>before</dt><dd>${stateWords(before)}</dd><dt>after</dt><dd>${stateWords(after)}</dd>${now === undefined ? NOTHING : h`<dt>now</dt><dd>${now}</dd>`}${operation === null ? NOTHING : h`<dt>operation</dt><dd><code>${operation}</code></dd>`}</dl>
${stands === undefined ? NOTHING : wayBack('the way back', stands.undo)}${stands === undefined ? NOTHING : wayBack('the way back to before the run', stands.toBeforeTheRun ?? '')}</li>\n`;
}

function wayBack(title: string, how: string): Html {
  return how === '' ? NOTHING : opens(title, h`<pre>${how}</pre>`);
}
