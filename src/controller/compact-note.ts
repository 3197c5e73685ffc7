import type { AnyMachineSnapshot } from 'xstate';
import type { CaseReading } from '../../machines/incident/people/case.ts';
import type { Look, Told } from '../../machines/incident/activities.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import type { JournalNote } from '../durable/describe.ts';
import type { StampedEvent } from '../durable/interpret.ts';

/** They come by the hundred, and what they lead to has a line of its own. */
const QUIET = new Set(['timer.TICK', 'timer.READ_CASE', 'timer.CASE_AGAIN', 'timer.CASE_UNANSWERED']);

/**
 * The journal's words for a step of the incident chart: one compact line a look (DESIGN section 7), nothing for the tick's
 * own timer or for a support case in which nothing is new, everything else as it is.
 */
export function compactNote({ at: now }: StampedEvent, snapshot: AnyMachineSnapshot, standard: JournalNote): JournalNote | null {
  if (QUIET.has(standard.event)) return null;
  if (standard.event === 'readCase.done' && !(standard.data as CaseReading).news) return null;
  if (standard.event === 'inform.done' || standard.event === 'conclude.done') return withoutRecords(standard);
  if (standard.event !== 'observe.done') return standard;
  const look = standard.data as Look;
  const { at, headline, indicators, gates, progress, reads, workloads } = look;
  const outcomes = Object.fromEntries(
    Object.entries(gates).map(([gate, { outcome, because }]) => [gate, outcome === 'pass' ? outcome : `${outcome}: ${because}`]),
  );
  const foreignChange = isNews(snapshot.context as IncidentContext, now) ? look.foreignChange : null;
  const beside = workloads === undefined ? {} : { workloads };
  const data = { at, headline, indicators, gates: outcomes, progress, foreignChange, reads, ...beside };
  return { kind: 'tick', event: standard.event, data };
}

/**
 * A look that began before our own write ended sees that write as somebody's; the chart knows better, and so must the journal.
 * What holds the run is said when it is found, not at every tick of the hold.
 */
function isNews({ held, escalation, writing, look, lastWriteAt }: IncidentContext, now: number): boolean {
  if (held?.change != null) return held.change.toldAt === now;
  return escalation !== null && !writing && (look?.at ?? 0) > lastWriteAt;
}

/**
 * How far each channel is stands in the run's record; whom the message has reached, and whom not, stands in its line. Channels that could
 * be reached and take no message of this kind are not counted: where the numbers differ, no name is said.
 */
function withoutRecords(note: JournalNote): JournalNote {
  const { channels = {}, ...told } = note.data as Told;
  const reached = Object.values(channels).flatMap(({ problem, described }) => (problem === null ? [described] : []));
  return { ...note, data: reached.length > 0 && reached.length === told.told ? { ...told, reached } : told };
}
