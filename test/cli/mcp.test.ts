import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/composition/stores.ts';
import type { RunStore } from '../../src/ports/store.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import { ASKING, PLAN, TARGET, drivenRun } from './support/console.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const PAGE = { FIREBREAK_SERVE_TOKEN: '0123456789abcdef', FIREBREAK_PAGE: 'https://pager.example' };

interface Reply {
  readonly id: number;
  readonly result?: {
    readonly content?: readonly { readonly text: string }[];
    readonly structuredContent?: Readonly<Record<string, unknown>>;
    readonly isError?: boolean;
    readonly [field: string]: unknown;
  };
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client that is no library: lines of JSON over the pipes of `firebreak mcp`. */
class Client {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<number | null>;
  said = '';
  #id = 0;
  #rest = '';
  readonly #waiting = new Map<number, (reply: Reply) => void>();

  constructor(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [join(ROOT, 'src/firebreak.mjs'), 'mcp', ...argv], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], USER: 'ann', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout.on('data', (part) => this.#hear(String(part)));
    this.child.stderr.on('data', (part) => (this.said += String(part)));
    this.child.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => this.child.on('close', (code) => resolve(code)));
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  ask(method: string, params: object = {}): Promise<Reply> {
    const id = (this.#id += 1);
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    // Nothing but replies is on standard output.
    for (const reply of lines.map((line) => JSON.parse(line) as Reply)) this.#waiting.get(reply.id)?.(reply);
  }
}

let folder: string;
let store: RunStore;
let state: readonly string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-mcp-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  store = await openStore(folder, TARGET);
  await drivenRun(store, { status: { ...ASKING, asks: { ...ASKING.asks!, until: null } } });
  state = ['--state', folder];
});

const SHAKE = { protocolVersion: '2025-06-18', clientInfo: { name: 'Tester \u001b[31m', version: '1' } };

async function shaken(env: Readonly<Record<string, string>> = {}, capabilities: object = {}): Promise<Client> {
  const client = new Client(state, env);
  expect((await client.ask('initialize', { ...SHAKE, capabilities })).result).toMatchObject({ protocolVersion: '2025-06-18' });
  return client;
}

/** The revision of 2026 says with each request who asks and what it can. */
const modern = (params: object = {}, capabilities: object = {}): object => ({
  ...params,
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'newer', version: '2' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  },
});

const tool = (name: string, input: object = {}): object => ({ name, arguments: input });

describe.each([
  ['of 2025', async () => shaken(), (params: object) => params],
  ['of 2026', async () => new Client(state), (params: object) => modern(params)],
] as const)('a client %s', (_era, connect, said) => {
  test('finds tools that say that they read, and none that begins, resumes or puts back', async () => {
    const { result } = await (await connect()).ask('tools/list', said({}));
    const tools = result!['tools'] as readonly { readonly name: string; readonly annotations: { readonly readOnlyHint: boolean } }[];
    const reading = tools.filter(({ annotations }) => annotations.readOnlyHint).map(({ name }) => name);
    expect(reading.toSorted()).toEqual(['capacity', 'diagnose', 'plan', 'report', 'runs', 'status', 'why']);
    expect(tools.map(({ name }) => name).filter((name) => !reading.includes(name))).toEqual(['hold', 'approve']);
  });

  test('reads the object that --json prints', async () => {
    const client = await connect();
    const status = (await client.ask('tools/call', said(tool('status')))).result!;
    expect(status.structuredContent).toMatchObject({ target: TARGET, status: { runId: 'run-1', asks: { plan: PLAN } } });
    expect(JSON.parse(status.content![0]!.text)).toEqual(status.structuredContent);
    expect((await client.ask('tools/call', said(tool('runs')))).result!.structuredContent).toMatchObject({ runs: [{ runId: 'run-1' }] });
    expect(await store.readCommands()).toEqual([]);
  });

  test('is told an error as the command line tells it', async () => {
    const { result } = await (await connect()).ask('tools/call', said(tool('why', { target: 'nothing' })));
    expect([result!.isError, result!.structuredContent]).toMatchObject([true, { error: { code: 'run-missing', fix: expect.any(String) } }]);
  });
});

test.each([
  ['another option', tool('status', { target: 'x --state=/etc' })],
  ['a field that it does not take', tool('plan', { file: '/etc/passwd' })],
  ['another tool', tool('abort')],
  ['too much', tool('hold', { reason: 'x'.repeat(501) })],
])('nothing is run with %s', async (_what, params) => {
  const { result, error } = await (await shaken()).ask('tools/call', params);
  expect(result === undefined ? error!.message : result.isError).toBeTruthy();
  expect(await store.readCommands()).toEqual([]);
});

test('what looks like an option is a name', async () => {
  const { result } = await (await shaken()).ask('tools/call', tool('report', { run: '--force' }));
  expect(result!.structuredContent).toMatchObject({ error: { code: 'run-missing' } });
});

test.each([
  ['of 2025', async () => shaken(), (params: object) => params, 'mcp:Tester'],
  ['of 2026', async () => new Client(state), (params: object) => modern(params), 'mcp:newer'],
] as const)('a hold of a client %s is signed with its name', async (_era, connect, said, by) => {
  const client = await connect();
  const holding = client.ask('tools/call', said(tool('hold', { reason: 'I look' })));
  await expect
    .poll(async () => await store.readCommands(), { timeout: 20_000 })
    .toMatchObject([{ by, event: { type: 'HOLD', by, reason: 'I look' } }]);
  const { id } = (await store.readCommands())[0]!;
  const record = (await store.load())!;
  await store.save({ ...record, seq: record.seq + 1, commandsTaken: [id], receipts: [{ id, accepted: true, why: null }] });
  expect((await holding).result!.structuredContent).toMatchObject({ taken: true });
});

test('a yes of the client is none: its person gets the link, no result holds it, and what the run took is told', async () => {
  const client = new Client(state, PAGE);
  const params = modern(tool('approve'), { elicitation: { url: {} } });
  const { result } = await client.ask('tools/call', params);
  const { inputRequests, requestState } = result as unknown as {
    readonly inputRequests: { readonly answer: { readonly params: { readonly url: string } } };
    readonly requestState: string;
  };
  expect(inputRequests.answer.params.url).toMatch(/^https:\/\/pager\.example\/runs\/run-1\/answer\/approve\./);
  const accepted = { inputResponses: { answer: { action: 'accept' } }, requestState };
  const again = await client.ask('tools/call', { ...params, ...accepted });
  expect(again.result!.content![0]!.text).toBe('Nobody has answered by the link yet: nothing was approved.');
  expect(await store.readCommands()).toEqual([]);
});

test('a client that can show no link is told where a person answers, and gets none', async () => {
  const { result } = await (await shaken(PAGE)).ask('tools/call', tool('approve'));
  expect(result!.content![0]!.text).toContain(`firebreak approve --state ${folder}`);
  expect(JSON.stringify(result)).not.toContain('/answer/');
});

describe('against a simulator', () => {
  let simulator: Awaited<ReturnType<typeof serveSimulator>>;
  beforeAll(async () => void (simulator = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' })));
  afterAll(() => simulator.close());

  test('plan and capacity look, write nothing and start no run, whatever the document says', async () => {
    state = [...state, '-f', 'deploy/examples/issue-1278.yaml', '--endpoint', simulator.url, '--clock', simulator.url];
    const client = await shaken();
    const [plan, capacity] = await Promise.all(['plan', 'capacity'].map((name) => client.ask('tools/call', tool(name))));
    expect(plan!.result!.structuredContent).toMatchObject({ plan: { steps: expect.any(Array) } });
    expect(capacity!.result!.structuredContent).toMatchObject({ verdict: expect.any(Object) });
    expect(simulator.simulator.writes()).toEqual([]);
  });
});

describe('the connection', () => {
  test('outlives what is no message, and goes with its pipe', async () => {
    const client = await shaken();
    client.child.stdin.write('nonsense\n{"jsonrpc":"1.0"}\n[]\n\n{"a":\n');
    expect((await client.ask('tools/call', tool('status'))).result!.isError).toBe(false);
    client.child.stdin.end();
    expect(await client.ended).toBe(0);
  });

  test('ends at a message without end: exit 2, and why', async () => {
    const client = new Client(state);
    client.child.stdin.write(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(2_000_000)}`);
    expect(await client.ended).toBe(2);
    expect(client.said).toContain('exceeded maximum size of 1048576 bytes');
  });

  test('ends at Ctrl-C with 130, and where nobody reads any more', async () => {
    const client = await shaken();
    client.child.kill('SIGINT');
    expect(await client.ended).toBe(130);
    expect(client.said).toBe('firebreak: SIGINT: closing the connection; once more stops at once\n');
    const deaf = await shaken();
    deaf.child.stdout.destroy();
    void deaf.ask('tools/list');
    expect(await deaf.ended).toBe(0);
  });
});
