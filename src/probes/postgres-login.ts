import { defined } from '../core/defined.ts';
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { message, saslInitial } from './postgres-wire.ts';
import type { Message } from './postgres-wire.ts';
import { nonce } from './secure-random.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string | null;
  /** Nobody can listen, or nobody could use what he hears: a verified certificate, or a server that asked for no TLS at all. */
  readonly mayShowPassword: boolean;
}

interface Talk {
  send(bytes: Buffer): void;
  /** The next message that is not an error. */
  next(): Promise<Message>;
}

const OK = 0;
const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;
const MECHANISM = 'SCRAM-SHA-256';

/** Answers what the server asks until it is content. Throws what it asks that we cannot or will not give. */
export async function logIn(talk: Talk, credentials: Credentials): Promise<void> {
  for (;;) {
    const asked = await talk.next();
    if (asked.type !== 'R') continue;
    const kind = asked.body.readInt32BE(0);
    if (kind === OK) return;
    if (kind === CLEARTEXT) talk.send(message('p', `${secretOf(credentials)}\0`));
    else if (kind === MD5) talk.send(message('p', `${md5Answer(credentials, asked.body.subarray(4, 8))}\0`));
    else if (kind === SASL) await scram(talk, passwordOf(credentials), mechanisms(asked.body));
    else throw new Error(`the server asks for a kind of login that is not supported (${kind})`);
  }
}

function passwordOf({ password }: Credentials): string {
  if (password === null) throw new Error('the server asks for a password, and the document names none');
  return password;
}

function secretOf(credentials: Credentials): string {
  const password = passwordOf(credentials);
  if (credentials.mayShowPassword) return password;
  throw new Error('the certificate cannot be verified and the server wants the password readable: it was not sent');
}

function md5Answer(credentials: Credentials, salt: Buffer): string {
  const md5 = (...parts: readonly (string | Buffer)[]): string => {
    const hash = createHash('md5');
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  };
  return `md5${md5(md5(secretOf(credentials), credentials.user), salt)}`;
}

function mechanisms(body: Buffer): readonly string[] {
  return body
    .subarray(4)
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
}

/** PostgreSQL's default is 4,096. Hashing occupies a thread that every name look-up of this process waits for. */
const MOST_ROUNDS = 100_000;

/** RFC 5802 and 7677, without channel binding. The server proves in its last words that it knows the password too. */
async function scram(talk: Talk, password: string, offered: readonly string[]): Promise<void> {
  if (!offered.includes(MECHANISM)) throw new Error(`the server offers no ${MECHANISM}: ${offered.join(', ')}`);
  const ours = nonce();
  const first = `n=,r=${ours}`;
  talk.send(saslInitial(MECHANISM, `n,,${first}`));
  const challenge = await saslText(talk, SASL_CONTINUE);
  const { r: joint = '', s: salt = '', i: rounds = '' } = attributes(challenge);
  if (!joint.startsWith(ours) || joint.length > 1_024 || salt === '' || !/^[1-9]\d{0,9}$/.test(rounds))
    throw new Error('the server’s login challenge makes no sense');
  if (Number(rounds) > MOST_ROUNDS) throw new Error(`the server asks for ${rounds} rounds of hashing, more than ${MOST_ROUNDS}; refused`);
  const salted = await promisify(pbkdf2)(password.normalize('NFKC'), Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
  const withoutProof = `c=biws,r=${joint}`;
  const signed = `${first},${challenge},${withoutProof}`;
  const clientKey = hmac(salted, 'Client Key');
  const proof = xor(clientKey, hmac(createHash('sha256').update(clientKey).digest(), signed));
  talk.send(message('p', `${withoutProof},p=${proof.toString('base64')}`));
  const { v = '' } = attributes(await saslText(talk, SASL_FINAL));
  const [said, wanted] = [Buffer.from(v, 'base64'), hmac(hmac(salted, 'Server Key'), signed)];
  if (said.length !== wanted.length || !timingSafeEqual(said, wanted)) throw new Error('the server does not know the password either');
}

async function saslText(talk: Talk, wanted: number): Promise<string> {
  const { type, body } = await talk.next();
  if (type !== 'R' || body.readInt32BE(0) !== wanted) throw new Error('the server broke off the login');
  return body.subarray(4).toString('utf8');
}

function attributes(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ defined(b[index])));
}
