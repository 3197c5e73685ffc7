import type { LookFigures, Measures } from '../../core/model/figures.ts';
import type { JournalLine } from '../../ports/store.ts';
import { columnsOf } from './figure-columns.ts';
import type { PartFigures } from './figure-columns.ts';
import { DetailReader } from './figure-detail.ts';
import type { LookDetail } from './figure-detail.ts';
import { factsOf } from '../journal-facts.ts';
import type { TickFacts } from '../journal-facts.ts';

/** One look as the journal has it; `parts` is empty where it was written by a version that kept no rows. */
export interface SeenLook {
  /** When the look began; its figures are older, by `ageS`. */
  readonly at: number;
  /** When the journal told of it. */
  readonly writtenAt: number;
  readonly facts: TickFacts;
  /** By part (`service:NAME`), by column. */
  readonly parts: Readonly<Record<string, PartFigures>>;
  readonly late: readonly string[];
  readonly detail: LookDetail;
}

export interface Figures {
  /** As of the newest process; null: the journal was written by a version that kept no figures by service. */
  readonly measures: Measures | null;
  readonly looks: readonly SeenLook[];
  /** What a part was seen to be, when that changed, oldest first. */
  readonly seen: readonly { readonly at: number; readonly part: string; readonly words: string }[];
  /** The hour before the first look, by service; instants are the ends of the steps. */
  readonly before: readonly { readonly service: string; readonly at: number; readonly requests: number; readonly failed: number }[];
}

/** The figures of every look of a journal, whatever version wrote it. What does not look like a row is left out. Pure. */
export function figuresIn(lines: readonly JournalLine[]): Figures {
  const looks: SeenLook[] = [];
  const seen: { at: number; part: string; words: string }[] = [];
  const before: { service: string; at: number; requests: number; failed: number }[] = [];
  const details = new DetailReader();
  let measures: Measures | null = null;
  for (const line of lines) {
    const started = factsOf(line, 'run.started');
    if (isMeasures(started?.measures)) measures = started.measures;
    const facts = factsOf(line, 'observe.done');
    if (facts === null) continue;
    const beside = facts as TickFacts & Partial<LookFigures>;
    if (isMeasures(beside.measures)) measures = beside.measures;
    const at = typeof facts.at === 'number' ? facts.at : line.at;
    const parts = measures === null ? {} : partsOf(beside.row, measures);
    looks.push({ at, writtenAt: line.at, facts, parts, late: beside.late ?? [], detail: details.read(beside, measures) });
    // A process that goes on with a run says anew what it sees.
    for (const [part, words] of Object.entries(beside.seen ?? {}))
      if (seen.findLast((one) => one.part === part)?.words !== words) seen.push({ at, part, words });
    for (const [service, steps] of Object.entries(beside.before ?? {}))
      for (const [minutesAgo, requests, failed] of steps) before.push({ service, at: at - minutesAgo * 60_000, requests, failed });
  }
  return { measures, looks, seen, before };
}

function isMeasures(found: unknown): found is Measures {
  return typeof found === 'object' && found !== null && 'parts' in found && 'columns' in found && Array.isArray(found.parts);
}

function partsOf(row: unknown, { parts, columns }: Measures): SeenLook['parts'] {
  if (!Array.isArray(row)) return {};
  const named = parts.map((part, index) => [part, columnsOf(row[index], columns[kindOf(part)] ?? [])] as const);
  return Object.fromEntries(named);
}

function kindOf(part: string): keyof Measures['columns'] {
  return part.slice(0, part.indexOf(':')) as keyof Measures['columns'];
}
