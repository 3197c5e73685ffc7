import type { AnyMachineSnapshot } from 'xstate';
import type { Look } from '../../machines/incident/activities.ts';
import type { JournalNote } from './describe.ts';
import type { StampedEvent } from './interpret.ts';

/**
 * The journal's words for a step of the incident chart: one compact line a look (DESIGN section 7), nothing for the tick's
 * own timer, everything else as it is.
 */
export function compactNote(_event: StampedEvent, _snapshot: AnyMachineSnapshot, standard: JournalNote): JournalNote | null {
  if (standard.event === 'timer.TICK') return null;
  if (standard.event !== 'observe.done') return standard;
  const { at, headline, indicators, gates, progress, foreignChange, reads } = standard.data as Look;
  const outcomes = Object.fromEntries(
    Object.entries(gates).map(([gate, { outcome, because }]) => [gate, outcome === 'pass' ? outcome : `${outcome}: ${because}`]),
  );
  return { kind: 'tick', event: standard.event, data: { at, headline, indicators, gates: outcomes, progress, foreignChange, reads } };
}
