import type { Evidence } from '../core/model/diagnosis.ts';
import type { LogGroup, Observation } from '../core/model/observation.ts';
import { deathsIn, evidenceOf, groupsOf, recentGroups } from './reading.ts';
import { signatureOf } from './signatures.ts';

/** Why containers of one revision die, as far as its own lines tell. */
export interface CrashReading {
  /**
   * `application`: the image or its program is the reason; `environment`: something outside (database, network, setting);
   * `unexplained`: they die and say nothing; `none`: they do not die.
   */
  readonly kind: 'application' | 'environment' | 'unexplained' | 'none';
  readonly deaths: number;
  readonly confidence: number;
  /** Groups that name the reason, most frequent first. */
  readonly reasons: readonly LogGroup[];
  readonly evidence: readonly Evidence[];
}

/**
 * Reads the recent lines of one revision. A missing module that nobody dies of is a warning, not a crash; a death whose
 * revision complains about the database or the network is the environment's, not the application's.
 */
export function readCrash(observation: Observation, service: string, revision: string): CrashReading {
  const groups = recentGroups(groupsOf(observation, service, revision), observation.at);
  const deaths = deathsIn(groups);
  const applicationReasons = reasonsFor(groups, (cause) => cause === 'application-crash');
  const otherReasons = reasonsFor(groups, (cause) => cause !== 'application-crash');
  const signs = groups.filter((group) => signatureOf(group.signature)?.role === 'death');
  if (deaths === 0) return { kind: 'none', deaths, confidence: 0, reasons: [], evidence: [] };
  if (applicationReasons.length > 0) {
    const evidence = [...evidenceOf(applicationReasons, 2), ...evidenceOf(signs, 2)];
    return { kind: 'application', deaths, confidence: confidenceOf(applicationReasons, deaths), reasons: applicationReasons, evidence };
  }
  const kind = otherReasons.length > 0 ? 'environment' : 'unexplained';
  return {
    kind,
    deaths,
    confidence: deaths >= 3 ? 0.6 : 0.4,
    reasons: otherReasons,
    evidence: [...evidenceOf(otherReasons, 2), ...evidenceOf(signs, 2)],
  };
}

function reasonsFor(groups: readonly LogGroup[], wanted: (cause: string | null) => boolean): readonly LogGroup[] {
  const reasons = groups.filter((group) => {
    const signature = signatureOf(group.signature);
    return signature?.role === 'reason' && wanted(signature.cause);
  });
  return [...reasons].sort((a, b) => b.count - a.count);
}

/** The reason seen about as often as the death makes it sure; a single sighting leaves room for doubt. */
function confidenceOf(reasons: readonly LogGroup[], deaths: number): number {
  const sightings = reasons.reduce((sum, group) => sum + group.count, 0);
  if (sightings >= deaths && deaths >= 3) return 0.97;
  return sightings >= deaths ? 0.9 : 0.75;
}
