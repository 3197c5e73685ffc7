import type { JournalLine } from '../../ports/store.ts';
import { factsOf } from '../journal-facts.ts';

/** Why one step was undone, as people were told when it was: `Deploy web: does not work: …`; no other line of the journal says it. */
export interface Undone {
  readonly at: number;
  readonly because: string;
}

/** How the message ends that tells of it (`machines/incident/trial/undo.ts`). */
const TOLD = /^(?:.*?\): )?(.+) (?:Only this step is undone: [^\n]*|It has moved no traffic, so none is put back\.)/;

export function undoneIn(line: JournalLine): Undone | null {
  const text = factsOf(line, 'inform.done')?.text ?? '';
  const [, because] = TOLD.exec(text) ?? [];
  return because === undefined ? null : { at: line.at, because };
}
