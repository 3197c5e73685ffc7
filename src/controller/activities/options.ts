import type { ChangeKind } from '../../../machines/incident/trial/write-blocked.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { Channel } from '../../ports/notify.ts';
import type { ProbesPort } from '../../ports/probes.ts';
import type { Reach } from '../message.ts';
import type { Observer } from '../observing/options.ts';

/** The right to write, asked again at the instant of each write. Throws `FencedError` when it is gone. */
interface WriteFence {
  assertHeld(): Promise<void>;
  /** For what changes the world: also whether the run still wants it, by all that it has heard until now. */
  assertMayChange(kind: ChangeKind): Promise<void>;
  /** Why the newest look no longer agrees with a step's reason; null: it does. Missing: no run whose looks could be asked. */
  readonly disagrees?: (stepId: string) => string | null;
}

interface Evidence {
  /** By change, oldest first: what was measured before and after it. */
  readonly effects: readonly string[];
  /** All of it, as one document. */
  readonly document: string;
}

export interface ActivityOptions {
  readonly runId: string;
  readonly spec: RemediationSpec;
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly channels: readonly Channel[];
  /** Where people look at the run and steer it. Missing: messages carry neither link nor commands. */
  readonly reach?: Reach;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly fence: WriteFence;
  /** Keeps a text for people beside the run's state; says where it lies. Missing: nothing is kept. */
  readonly keep?: (name: string, text: string) => Promise<string>;
  /** What the journal holds of the run until now, for whoever must mend it. Missing: nobody makes it. */
  readonly evidence?: () => Promise<Evidence>;
}
