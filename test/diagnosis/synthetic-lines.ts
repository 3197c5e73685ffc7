import type { CauseKind } from '../../src/core/model/diagnosis.ts';

/** An incident of an application that has nothing to do with the one the project was born from. */
export interface Incident {
  readonly what: string;
  /** First cause that must be named; `quiet`: nothing is wrong. */
  readonly cause: CauseKind | 'quiet';
  /** Must stand in the summary or the evidence of the first cause. */
  readonly names?: string;
  /** What a dying (or suffering) instance writes, in order. */
  readonly lines: readonly Line[];
  /** How often, one round every ten seconds. */
  readonly rounds?: number;
  /** Whether the platform's own exit line follows. */
  readonly exit?: number;
  /** Requests of each round. */
  readonly requests?: readonly { readonly status: number; readonly text?: string; readonly count?: number }[];
  /** Harmless lines of each round, over and above the usual ones. */
  readonly noise?: readonly Line[];
}

export interface Line {
  readonly text?: string;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly severity?: string;
  readonly log?: 'stdout' | 'stderr' | 'varlog%2Fsystem';
}

const MALFORMED =
  'The request failed because either the HTTP response was malformed or connection to the instance had an error. Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#malformed-response-or-connection-error';
export const BROKEN_OFF = { status: 503, text: MALFORMED };

export const err = (text: string): Line => ({ text, severity: 'ERROR' });
export const plain = (text: string): Line => ({ text });
