import { databaseOf, holdConnections } from './database.ts';
import type { Defect } from './description/description.ts';
import type { Recorders } from './recorders.ts';
import type { Line } from './logs/log-lines.ts';
import * as lines from './logs/log-lines.ts';
import { drawn } from './random.ts';
import type { Instance, InstancePhase, Revision, WorldState } from './state.ts';

/** An instance at an instant of its life. */
export interface Moment {
  readonly state: WorldState;
  readonly revision: Revision;
  readonly instance: Instance;
  readonly at: number;
  readonly recorders: Recorders;
}

/** It ends, says why, and waits to be started again, each time a little longer. Returns `at`. Without an exit code Cloud Run ended it. */
export function crash(
  { state, revision, instance, recorders }: Moment,
  at: number,
  { exitCode, why, words }: { readonly exitCode: number | null; readonly why: string; readonly words: () => readonly Line[] },
): number {
  recorders.log.say(`crash ${why}`, at, { revision, instance }, () =>
    exitCode === null ? words() : [...words(), lines.containerExit(exitCode)],
  );
  const { first, max } = state.description.scaling.restartBackoff;
  instance.crashes += 1;
  if (revision.condition.state === 'pending') revision.failedStarts += 1;
  instance.restartAt = at + Math.min(max, first * 2 ** (instance.crashes - 1));
  holdConnections(databaseOf(state, revision), instance, 0);
  enter(instance, 'crashed', at);
  return at;
}

/** All instances go down together at the end of each good spell, and come back together. */
export function flap(state: WorldState, revision: Revision, defect: Extract<Defect, { kind: 'flaps' }>, recorders: Recorders): void {
  const cycle = defect.upFor + defect.downFor;
  const into = (state.at - revision.createdAt) % cycle;
  if (into < defect.upFor) return;
  const restartAt = state.at - into + cycle;
  for (const instance of revision.instances) {
    if (instance.phase === 'crashed') {
      instance.restartAt = Math.max(instance.restartAt, restartAt);
      continue;
    }
    crash({ state, revision, instance, at: state.at, recorders }, state.at, {
      exitCode: defect.exitCode,
      why: defect.kind,
      words: () => lines.death(defect),
    });
    instance.restartAt = restartAt;
  }
}

/** Its working set has grown past its memory limit; each instance takes a little more or less time to it. */
export function overflows({ seed, at }: WorldState, { defect, facts }: Revision, instance: Instance): boolean {
  if (defect?.kind !== 'out-of-memory' || facts.memoryMib >= defect.usedMib) return false;
  const after = defect.after * (0.7 + 0.6 * drawn(seed, facts.name, instance.serial));
  return at - instance.phaseSince >= after;
}

/** Cloud Run ends it at once and starts it again; there is no exit code. */
export function kill(state: WorldState, revision: Revision, instance: Instance, recorders: Recorders): void {
  const used = revision.defect?.kind === 'out-of-memory' ? revision.defect.usedMib : 0;
  const words = () => lines.outOfMemory(revision.facts.memoryMib, used);
  crash({ state, revision, instance, at: state.at, recorders }, state.at, { exitCode: null, why: 'memory', words });
}

/** The next phase of its life begins. */
export function enter(instance: Instance, phase: InstancePhase, at: number): void {
  instance.phase = phase;
  instance.phaseSince = at;
}
