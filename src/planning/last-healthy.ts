import { readCrash } from '../diagnosis/crash.ts';
import type { CrashReading } from '../diagnosis/crash.ts';
import type { Observation, RevisionState } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';

export interface Candidate {
  readonly revision: string;
  /** Why this one, in words. */
  readonly because: string;
}

/**
 * The revision to go back to: ready, not seen dying of itself, not of the image of one that was. Preferred: one that answers
 * users well now; then the newest that nobody saw dying; then the newest whose deaths have a reason outside of it.
 * null when none is known.
 */
export function lastHealthy(observation: Observation, spec: RemediationSpec, service: string): Candidate | null {
  const state = observation.services[service]?.state.value;
  if (!state) return null;
  const seen = [...state.revisions]
    .sort((a, b) => b.createdAt - a.createdAt)
    .map((revision) => ({ revision, crash: readCrash(observation, service, revision.name) }));
  const badImages = new Set(
    seen.filter(({ crash, revision }) => diesOfItself(crash) && isExact(revision.image)).map(({ revision }) => revision.image),
  );
  const possible = seen.filter(({ revision, crash }) => revision.ready === 'yes' && !diesOfItself(crash) && !badImages.has(revision.image));
  const proven = possible.find(({ revision, crash }) => crash.deaths === 0 && answersWell(observation, spec, service, revision));
  if (proven) return { revision: proven.revision.name, because: 'it is ready and answers requests well now' };
  const quiet = possible.find(({ crash }) => crash.deaths === 0);
  if (quiet) return { revision: quiet.revision.name, because: 'it is the newest ready revision with no sign of dying' };
  const [environment] = possible;
  return environment
    ? { revision: environment.revision.name, because: 'it is the newest ready revision whose deaths have a reason outside of it' }
    : null;
}

/** A digest names one image for ever; a tag may have moved since. */
function isExact(image: string): boolean {
  return image.includes('@sha256:');
}

/** The image or its program is the reason, or it dies and nothing says why. */
export function diesOfItself(crash: CrashReading): boolean {
  return crash.kind === 'application' || crash.kind === 'unexplained';
}

function answersWell(observation: Observation, spec: RemediationSpec, service: string, { name }: RevisionState): boolean {
  const requests = observation.services[service]?.requests;
  const own = requests?.freshness === 'fresh' ? requests.value?.byRevision[name] : undefined;
  if (own === undefined || own.total < Math.max(1, spec.improvement.minSamples)) return false;
  return own.serverErrors / own.total <= spec.improvement.goals.errorRate;
}
