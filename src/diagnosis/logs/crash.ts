import type { Evidence } from '../../core/model/diagnosis.ts';
import type { LogGroup, Observation } from '../../core/model/observation.ts';
import { countOf, deathsIn, evidenceOf, groupsOf, recentGroups } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';
import type { Signature } from '../signatures/signature.ts';

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

/** A reason from outside outweighs one from inside that is seen this many times less often. */
const OUTWEIGHS = 3;

/**
 * Reads the recent lines of one revision. A missing module that nobody dies of is a warning, not a crash; a death whose
 * revision complains about the database or the network is the environment's, not the application's; and an exception that nothing
 * caught, or a worker that hung, explains a death only where no better reason is told.
 */
export function readCrash(observation: Observation, service: string, revision: string): CrashReading {
  const groups = recentGroups(groupsOf(observation, service, revision), observation.at);
  const deaths = deathsIn(groups);
  if (deaths === 0) return { kind: 'none', deaths, confidence: 0, reasons: [], evidence: [] };
  const own = reasonsFor(groups, ({ cause, weak }) => cause === 'application-crash' && weak !== true);
  const weak = reasonsFor(groups, ({ cause, weak: isWeak }) => cause === 'application-crash' && isWeak === true);
  const others = reasonsFor(groups, ({ cause }) => cause !== 'application-crash');
  const signs = groups.filter((group) => signatureOf(group.signature)?.role === 'death');
  const reading = (kind: CrashReading['kind'], confidence: number, reasons: readonly LogGroup[]): CrashReading => ({
    kind,
    deaths,
    confidence,
    reasons,
    evidence: [...evidenceOf(reasons, 2), ...evidenceOf(signs, 2)],
  });
  const unsure = deaths >= 3 ? 0.6 : 0.4;
  if (own.length > 0 && !outweighed(own, others, deaths)) return reading('application', confidenceOf(own, deaths), own);
  if (others.length > 0) return reading('environment', unsure, others);
  const effects = groups.filter(({ signature }) => signatureOf(signature)?.role === 'effect');
  if (effects.length > 0 && weak.length === 0) return reading('environment', unsure - 0.1, effects);
  if (weak.length === 0) return reading('unexplained', unsure, []);
  return reading('application', deaths >= 3 && countOf(weak) >= deaths ? 0.75 : unsure + 0.05, weak);
}

/** The image or its program is the reason, or it dies and nothing says why. */
export function diesOfItself(crash: CrashReading): boolean {
  return crash.kind === 'application' || crash.kind === 'unexplained';
}

function reasonsFor(groups: readonly LogGroup[], wanted: (signature: Signature) => boolean): readonly LogGroup[] {
  const reasons = groups.filter((group) => {
    const signature = signatureOf(group.signature);
    // Lines that no death stands beside tell of another time.
    return signature?.role === 'reason' && wanted(signature) && group.beside?.deaths !== 0;
  });
  return [...reasons].sort((a, b) => Number(isHow(a)) - Number(isHow(b)) || b.count - a.count);
}

/** A signal tells how a program ended: what it said itself of the same end tells more. */
function isHow({ signature }: LogGroup): boolean {
  return signature === 'native-crash';
}

/** Something inside is complained about once in a while, something outside about as often as containers die. */
function outweighed(own: readonly LogGroup[], others: readonly LogGroup[], deaths: number): boolean {
  return countOf(own) * 2 < deaths && countOf(others) >= countOf(own) * OUTWEIGHS;
}

/** The reason seen about as often as the death makes it sure; a single sighting leaves room for doubt. */
function confidenceOf(reasons: readonly LogGroup[], deaths: number): number {
  const sightings = countOf(reasons);
  if (sightings >= deaths && deaths >= 3) return 0.97;
  return sightings >= deaths ? 0.9 : 0.75;
}
