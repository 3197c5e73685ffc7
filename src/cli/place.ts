import type { Command } from 'commander';
import { DEFAULT_DOCUMENT, completed } from '../core/commands.ts';
import type { Place } from '../core/commands.ts';
import type { RunRecord } from '../ports/store.ts';

/** What a verb was told of where it acts. */
export type SaidPlace = Omit<Place, 'selectsByFile'>;

/** Where the commands act that are printed about a run: as this verb was told, else as the run was begun. */
export function placeIn(said: SaidPlace, record: Pick<RunRecord, 'begun'> | null = null): Place {
  const { state, target, file, endpoint, clock, mode } = said;
  const begun = record?.begun;
  return {
    state,
    target,
    file: file ?? begun?.file,
    selectsByFile: file !== undefined && file !== DEFAULT_DOCUMENT,
    endpoint: endpoint ?? begun?.endpoint,
    clock: clock ?? begun?.clock,
    mode: mode ?? begun?.mode,
  };
}

/** Where this process acts, as far as it is known by now: what its verb was told, then what it has found. */
export class Meant {
  #verb: Pick<Command, 'opts'> | null = null;
  #found: Place = {};

  hear(verb: Pick<Command, 'opts'>): void {
    this.#verb = verb;
  }

  /** Found out by the way: which of several runs it is, and how that was begun. */
  find(place: Place): void {
    this.#found = { ...this.#found, ...place };
  }

  get place(): Place {
    const said = Object.entries(placeIn(this.#verb?.opts<SaidPlace>() ?? {}));
    return { ...this.#found, ...Object.fromEntries(said.filter(([, value]) => value !== undefined && value !== false)) };
  }
}

/** Erasing and moving in place: what is drawn so has its width, and its commands are whole already. */
const DRAWN = /\u001b\[\d*[AJK]/;
/** For programs, whose quoting is another; and pages, whose commands are whole already. */
const FOR_PROGRAMS = /^\s*[{[<]/;

/** What is printed, with every command as it can be pasted. */
export function printedWhole(text: string, place: Place): string {
  return DRAWN.test(text) || FOR_PROGRAMS.test(text) ? text : completed(text, place);
}
