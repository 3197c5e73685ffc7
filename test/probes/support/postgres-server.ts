import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from './certificate.ts';

/** Where the server's programs are, or null. FIREBREAK_POSTGRES_BIN says it; else the usual places and the PATH are looked at. */
export function postgresPrograms(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted().reverse() : [];
  const places = [
    ...(process.env['FIREBREAK_POSTGRES_BIN'] ?? '').split(':'),
    ...versions.map((version) => join(debian, version, 'bin')),
    '/usr/pgsql/bin',
    '/opt/homebrew/bin',
    '/usr/local/pgsql/bin',
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return places.find((place) => place !== '' && existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres'))) ?? null;
}

/** Said by tests that are left out. */
export const NO_POSTGRES = 'no PostgreSQL server on this machine: `apt-get install postgresql`, or set FIREBREAK_POSTGRES_BIN';

export interface PostgresServer {
  readonly port: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** One login per way to prove it; `trusted` needs no password. All passwords are `correct horse`. */
export const USERS = { scram: 'by_scram', md5: 'by_md5', cleartext: 'by_cleartext', trusted: 'trusted' } as const;
export const PASSWORD = 'correct horse';

/** A real server of its own on a free port, with TLS on (self-signed) and so many connections for ordinary users. */
export async function startPostgres(programs: string, ordinaryConnections = 9): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-pg-'));
  const account = unprivileged();
  if (account !== null) chownSync(folder, account.uid, account.gid);
  const as = account ?? {};
  const data = join(folder, 'data');
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'owner', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    as,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  write(data, account);
  const roles = [
    `SET password_encryption = 'scram-sha-256'`,
    `CREATE ROLE ${USERS.scram} LOGIN PASSWORD '${PASSWORD}'`,
    `CREATE ROLE ${USERS.cleartext} LOGIN PASSWORD '${PASSWORD}'`,
    `CREATE ROLE ${USERS.trusted} LOGIN`,
    `SET password_encryption = 'md5'`,
    `CREATE ROLE ${USERS.md5} LOGIN PASSWORD '${PASSWORD}'`,
  ];
  const created = spawnSync(join(programs, 'postgres'), ['--single', '-D', data, 'postgres'], { ...as, input: `${roles.join('\n')}\n` });
  if (created.status !== 0) throw new Error(`roles: ${created.stderr.toString()}`);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: ordinaryConnections + 3,
    ssl: 'on',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...options], { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await ready(server.stderr, ended);
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const [, , uid, gid] = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('neither postgres nor nobody is a user here');
  return { uid: Number(uid), gid: Number(gid) };
}

function write(data: string, account: { readonly uid: number; readonly gid: number } | null): void {
  const methods = [
    [USERS.scram, 'scram-sha-256'],
    [USERS.md5, 'md5'],
    [USERS.cleartext, 'password'],
    [USERS.trusted, 'trust'],
  ];
  const { cert, key } = selfSigned({ names: ['database.internal'] });
  const files = {
    'pg_hba.conf': methods.map(([user, method]) => `host all ${user!} 127.0.0.1/32 ${method!}\n`).join(''),
    'server.crt': cert,
    'server.key': key,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(data, name);
    writeFileSync(path, text);
    chmodSync(path, 0o600);
    if (account !== null) chownSync(path, account.uid, account.gid);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function ready(stderr: NodeJS.ReadableStream, ended: Promise<void>): Promise<void> {
  let said = '';
  const begun = new Promise<void>((resolve) => {
    stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready to accept connections')) resolve();
    });
  });
  await Promise.race([
    begun,
    ended.then(() => {
      throw new Error(`the server did not start: ${said}`);
    }),
  ]);
}
