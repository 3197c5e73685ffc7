import type { Command as Cli } from 'commander';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/store.ts';
import type { ExitCode, StopSignal } from './process/exit.ts';
import type { Meant } from './place.ts';

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal at this moment; 80 where there is none. */
  readonly columns: number;
  /** Height of the terminal at this moment; missing where it is not known. */
  readonly rows?: number | undefined;
}

export type { StopSignal };

/** What the command line needs of its process; `process.ts` makes it. */
export interface ProcessDeps {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Who gives commands, in words a colleague can look up: `alice@laptop`. */
  readonly user: string;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Writes a file that is not there yet. Throws `UserError` (`file-exists`, `file-not-writable`) otherwise. */
  readonly writeNewFile: (path: string, text: string) => Promise<void>;
  /** Puts a text in the place of a file, whether it is there or not; a reader sees the old one or the new one, never a part. Errors as above. */
  readonly replaceFile: (path: string, text: string) => Promise<void>;
  /** A new id, unique among all commands ever sent. */
  readonly newId: () => string;
  /** Calls `listener` at each SIGINT, SIGTERM or SIGHUP until the returned function is called; meanwhile they do not end the process. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** Asks the person at the terminal for one line; missing where nobody can be asked. '' when the input ends. */
  readonly ask?: (question: string) => Promise<string>;
  /** Told after each standstill of the event loop how long it was, until the returned function is called; missing where nobody watches. */
  readonly watchLoop?: (listener: (stoodStillMs: number) => void) => () => void;
  /** Ends the process now, without waiting for anything. */
  readonly exitNow: (code: number) => void;
}

/** How a store in Cloud Storage is reached: `--endpoint` and `--clock` of the verb. A folder needs neither. */
export interface StoreReach {
  readonly endpoint?: string;
  readonly endpointGetsCredentials?: boolean;
  readonly clock?: string;
}

/** What only the composition root can supply, because it names adapters. */
export interface ComposedDeps {
  readonly version: string;
  /** The wall clock. A rehearsal makes its own virtual one. */
  readonly clock: Clock;
  /** `state`: a folder, or gs://BUCKET/PREFIX. `target`: PROJECT/REGION/NAME (`spec/target.ts`). Need not exist yet. */
  readonly openStore: (state: string, target: string, reach?: StoreReach) => Promise<RunStore>;
  /** Targets that `state` knows a run of, in alphabetical order; empty when `state` does not exist. */
  readonly listTargets: (state: string, reach?: StoreReach) => Promise<readonly string[]>;
  /** When the record of a target was written last, by this machine's clock; null or missing: not known. */
  readonly lastWrittenAt?: (state: string, target: string) => Promise<number | null>;
  /** The clock of a simulator at this address (loopback only), for runs that follow it; absent: no verb offers `--clock`. */
  readonly followClock?: (url: string) => Promise<Clock>;
}

export interface CliDeps extends ProcessDeps, ComposedDeps {}

/**
 * The lowest lines of a terminal, drawn anew in place. Whatever else is written to the terminal goes above them: they are taken away before
 * it, and drawn again when it has ended its line. The cursor rests below them, so that a `^C` of the terminal's own stands in no line of ours.
 */
export interface Stage {
  /** As many lines as fit below the window's upper edge. */
  readonly rows: number;
  draw(lines: readonly string[]): void;
  /** Takes them away. Idempotent. */
  clear(): void;
  /** They stay as they are, and what is written from now on goes below them. */
  leave(): void;
}

/** What a verb is handed. */
export interface VerbDeps extends CliDeps {
  /** The exit code when the action returns; 0 when never called. A thrown error decides by itself (`exit.ts`). */
  readonly finish: (code: ExitCode) => void;
  /** Where printed commands act. */
  readonly meant?: Meant;
  /** The lines of the terminal that are drawn anew in place; missing where nothing is. stdout and stderr write above them. */
  readonly stage?: Stage;
}

/** Adds one verb to the program. Runs before parsing: it must import nothing heavy at top level. */
export type Verb = (program: Cli, deps: VerbDeps) => void;
