import { randomBytes } from 'node:crypto';

/** A nonce for a login: it must never repeat, so it comes from the system and not from a seed. */
export function nonce(): string {
  return randomBytes(18).toString('base64');
}
