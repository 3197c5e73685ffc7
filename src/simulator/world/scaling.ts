import { databaseOf, holdConnections } from './database.ts';
import type { Recorders } from './recorders.ts';
import { startInstance } from './lifecycle.ts';
import { instancesFor, leastOf, mostOf } from './load.ts';
import * as lines from './logs/log-lines.ts';
import type { Revision, WorldState } from './state.ts';
import { countIn } from './state.ts';

/** One idle instance too many goes after this long. */
const SCALE_DOWN_AFTER_MS = 60_000;
/** A container that has bound its port by itself passes the TCP default (gcp-facts 2.5). */
const BINDS_AFTER_MS = 3_000;

/** Starts what is missing, all at once; lets go what nobody needs, gradually. */
export function scaleRevision(state: WorldState, revision: Revision, recorders: Recorders): void {
  if (revision.condition.state === 'failed') return stop(state, revision, 0);
  const wanted = wantedOf(state, revision);
  const missing = wanted - revision.instances.length;
  const reason =
    revision.condition.state === 'pending'
      ? 'DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting between revisions.'
      : 'AUTOSCALING - Instance started due to configured scaling factors.';
  for (let index = 0; index < missing; index += 1) startInstance(state, revision, { at: state.at, reason, recorders });
  if (missing >= 0) revision.scaleDownAt = state.at + SCALE_DOWN_AFTER_MS;
  else if (revision.drainFrom !== null || revision.instances.length > mostOf(revision)) stop(state, revision, wanted);
  else if (state.at >= revision.scaleDownAt) {
    stop(state, revision, revision.instances.length - 1);
    revision.scaleDownAt = state.at + SCALE_DOWN_AFTER_MS;
  }
}

/** A revision that is still being judged: ready, failed, or not yet. */
export function judgeRevision(state: WorldState, revision: Revision): void {
  if (revision.condition.state !== 'pending') return;
  const { startupAttempts, startupCap } = state.description.scaling;
  if (hasStarted(state, revision)) {
    revision.condition = { state: 'ready', reason: null, message: null, since: state.at };
  } else if (revision.failedStarts >= startupAttempts || state.at - revision.createdAt >= startupCap) {
    const probed = revision.facts.startupProbe === 'http' && revision.failedStarts < startupAttempts;
    const message = probed ? lines.PROBE_FAILED : lines.NOT_LISTENING;
    revision.condition = { state: 'failed', reason: 'HEALTH_CHECK_CONTAINER_ERROR', message, since: state.at };
  }
}

/** `Ready` in Cloud Run's sense: with the TCP default an open port is enough, even when its workers die (gcp-facts 0.5). */
function hasStarted(state: WorldState, revision: Revision): boolean {
  if (countIn(revision, 'ready') > 0) return true;
  if (revision.facts.startupProbe === 'http') return false;
  if (countIn(revision, 'wedged') > 0) return true;
  const binds = revision.service.application.preFork && revision.defect?.kind !== 'exits';
  return binds && state.at - revision.createdAt >= BINDS_AFTER_MS;
}

function wantedOf(state: WorldState, revision: Revision): number {
  const { drainFor, keepUnusedFor } = state.description.scaling;
  if (revision.condition.state === 'pending') return 1;
  if (revision.listed) return Math.min(mostOf(revision), Math.max(leastOf(revision), revision.percent > 0 ? instancesFor(revision) : 0));
  if (!revision.everListed) return state.at - revision.createdAt < keepUnusedFor ? 1 : 0;
  if (revision.drainFrom === null) return 0;
  const left = 1 - (state.at - revision.drainFrom.at) / drainFor;
  return Math.max(0, Math.ceil(revision.drainFrom.count * left));
}

function stop(state: WorldState, revision: Revision, keep: number): void {
  if (revision.instances.length <= keep) return;
  const database = databaseOf(state, revision);
  for (const instance of revision.instances.slice(keep)) holdConnections(database, instance, 0);
  revision.instances.length = keep;
}
