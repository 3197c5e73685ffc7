import type { LogWriter } from './logs/log-writer.ts';
import type { MetricRecorder } from './metric-recorder.ts';

/** Where happenings are written down. */
export interface Recorders {
  readonly log: LogWriter;
  readonly metrics: MetricRecorder;
}
