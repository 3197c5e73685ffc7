import type { LogWriter } from './log-writer.ts';
import type { Meter } from './meter.ts';

/** Where happenings are written down. */
export interface Recorders {
  readonly log: LogWriter;
  readonly meter: Meter;
}
