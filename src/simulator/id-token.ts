import { hexFor } from './world/random.ts';

/** ID tokens of Google's are good for an hour. */
const GOOD_FOR_S = 3_600;
const HEADER = part({ alg: 'RS256', typ: 'JWT' });

export interface Bearer {
  readonly seed: number;
  readonly audience: string;
  readonly email: string;
  readonly now: number;
}

/** A token as Google makes them, signed with the scenario's seed: no list of them has to be kept. */
export function idToken({ seed, audience, email, now }: Bearer): string {
  const iat = Math.floor(now / 1_000);
  const payload = part({ iss: 'https://accounts.google.com', aud: audience, email, email_verified: true, iat, exp: iat + GOOD_FOR_S });
  return `${HEADER}.${payload}.${signature(seed, payload)}`;
}

/** Whose token it is; null: it is none of ours, for somebody else, or over. */
export function bearerOf(token: string, { seed, audience, now }: Omit<Bearer, 'email'>): string | null {
  const [, payload = '', signed = ''] = token.split('.');
  if (signed !== signature(seed, payload)) return null;
  const { aud, email, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
  if (aud !== audience || typeof email !== 'string' || typeof exp !== 'number' || exp * 1_000 <= now) return null;
  return email;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}

function signature(seed: number, payload: string): string {
  return hexFor(32, seed, 'id-token', payload);
}
