import { describe, expect, test } from 'vitest';
import { lineAt, sourceFiles } from '../architecture/source.ts';

const product = sourceFiles(['src', 'machines']);

/** Ways to run a text as a program. Looked for in the code alone, without comments and strings. */
const RUNS_TEXT = /(?<![.\w])(?:eval|Function|execScript)\s*\(|\bnew Function\b|\bprocess\.binding\b|\bvm\.(?:run|compile|Script)/g;

/** Who may start a process: Node itself, with words that are handed over one by one and never read by a shell. */
const STARTERS: Readonly<Record<string, string>> = {
  'src/firebreak.mjs': 'starts the newer Node that the project brings along',
  'src/proof/worker-pool.ts': 'shares a proof among processes of this very program',
};

/** Who may start a thread: with a file of this program, never with a text. */
const THREADS: Readonly<Record<string, string>> = {
  'src/watchdog/watchdog.ts': 'looks after the event loop from beside it',
  'src/watchdog/watchdog-thread.ts': 'is that thread',
};

/** Where a certificate is not required to be a known one, and why that gives nothing away. */
const UNVERIFIED: Readonly<Record<string, string>> = {
  'src/probes/postgres.ts': 'Cloud SQL has authorities of its own: the probe goes on, and shows no password to a server it cannot verify',
};

describe('the program', () => {
  test('starts no other program, except itself', () => {
    const modules = ['child_process', 'cluster', 'worker_threads', 'vm', 'repl', 'inspector'].flatMap((name) => [name, `node:${name}`]);
    const found = product.flatMap(({ path, imports }) => (imports.some(({ specifier }) => modules.includes(specifier)) ? [path] : []));
    expect(found.filter((path) => !(path in STARTERS || path in THREADS))).toEqual([]);
  });

  test('never starts anything through a shell', () => {
    const starting = product.filter(({ path }) => path in STARTERS);
    expect(starting.map(({ path }) => path).toSorted()).toEqual(Object.keys(STARTERS).toSorted());
    expect(
      starting.filter(({ code }) => /\bshell\s*:|(?<![.\w])exec(?:File)?(?:Sync)?\s*\(|\bfork\s*\(/.test(code)).map(({ path }) => path),
    ).toEqual([]);
  });

  test('runs no text as code', () => {
    const found = product.flatMap(({ path, code }) =>
      [...code.matchAll(RUNS_TEXT)].map((match) => `${path}:${lineAt(code, match.index)} ${match[0]}`),
    );
    expect(found).toEqual([]);
  });

  test('checks every certificate, but one kind that is named', () => {
    const found = product.filter(({ text }) =>
      /rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/.test(text),
    );
    expect(found.map(({ path }) => path).filter((path) => !(path in UNVERIFIED))).toEqual([]);
  });

  test('listens on this machine alone unless told otherwise', () => {
    const found = product.filter(({ text }) => /['"`](?:0\.0\.0\.0|::)['"`]/.test(text));
    // The page only compares with what it was told to bind.
    expect(found.map(({ path }) => path)).toEqual(['src/server/guard.ts']);
    expect(product.find(({ path }) => path === 'src/server/guard.ts')?.text).toContain("['0.0.0.0', '::'].includes(boundTo)");
  });

  test('holds no credential', () => {
    const shapes = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\\n|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bghp_\w{36}|\bxox[bp]-\d/;
    expect(product.filter(({ text }) => shapes.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

test('the search knows what it looks for', () => {
  expect("eval('x'); new Function('y')".match(RUNS_TEXT)).toHaveLength(2);
  expect('retrieval(x); pattern.exec(y)'.match(RUNS_TEXT)).toBeNull();
});
