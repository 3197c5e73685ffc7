import { APPLICATION, CRASH } from './signatures/application.ts';
import { DATABASE, EFFECTS } from './signatures/database.ts';
import { LIMITS } from './signatures/limits.ts';
import { CONNECTIONS, NAMES } from './signatures/network.ts';
import { OTHERS_ANSWERS, WAY_OUT } from './signatures/egress-and-third-parties.ts';
import { PLATFORM } from './signatures/platform.ts';
import { SETTINGS } from './signatures/settings.ts';
import { STATES } from './signatures/states.ts';
import type { Signature } from './signatures/signature.ts';

/**
 * Mechanisms, not products: nothing here names a module, a host or a service of anybody. The first match wins, so the
 * order is: why an image cannot run, why a setting cannot work, what servers say of their own state, what resolver, database, quota and network said, that it crashed,
 * how it died, what callers saw.
 * Patterns are anchored on words of runtimes and of Google; severity is not used, because it misleads (container exits are WARNING).
 */
export const SIGNATURES: readonly Signature[] = [
  ...APPLICATION,
  ...SETTINGS,
  ...STATES,
  ...NAMES,
  ...WAY_OUT,
  ...DATABASE,
  ...LIMITS,
  ...EFFECTS,
  ...CONNECTIONS,
  ...OTHERS_ANSWERS,
  ...CRASH,
  ...PLATFORM,
];

/** The id of lines that match nothing: counted, never a cause. */
export const UNRECOGNISED = 'unrecognised';

const BY_ID = new Map(SIGNATURES.map((signature) => [signature.id, signature]));

/** The entry of the table for a group's `signature`; undefined for `unrecognised`. */
export function signatureOf(id: string): Signature | undefined {
  return BY_ID.get(id);
}
