import { waitsAt } from '../../../machines/incident/paths.ts';
import type { RunStatus } from '../../ports/store.ts';
import { isDriven, outcomeOf } from '../runs/select-run.ts';
import type { SelectedRun } from '../runs/select-run.ts';
import { isHeld } from '../runs/send-command.ts';

/** What somebody must know of a run before anything else. `NOT KNOWN`: whether a process drives it cannot be told from here. */
export type Standing = 'WORKING' | 'NEEDS YOU' | 'STOPPED' | 'ENDED' | 'NOT KNOWN';

/** A run that nobody drives is stopped, also where it asks: no answer is taken before it goes on. */
export function standingOf(run: Pick<SelectedRun, 'record' | 'status' | 'lease'>, now: number | null): Standing {
  if (outcomeOf(run) !== null) return 'ENDED';
  const driven = isDriven(run, now);
  if (driven === false) return 'STOPPED';
  if (run.status !== null && needsHuman(run.status)) return 'NEEDS YOU';
  return driven === null ? 'NOT KNOWN' : 'WORKING';
}

export function needsHuman(status: RunStatus): boolean {
  return status.asks !== undefined || isHeld(status) || waitsAt(status.states) !== null;
}

/** By what it means for whoever reads it. */
export function toneOf(standing: Standing, outcome: string | null): 'green' | 'red' | 'yellow' | 'cyan' {
  if (standing === 'WORKING') return 'green';
  if (standing === 'NEEDS YOU') return 'cyan';
  if (standing === 'STOPPED') return 'red';
  if (standing === 'NOT KNOWN') return 'yellow';
  return outcome === 'recovered' ? 'green' : 'red';
}
