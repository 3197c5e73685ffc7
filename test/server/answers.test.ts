import { beforeEach, expect, test } from 'vitest';
import type { CommandReceipt } from '../../src/ports/store.ts';
import { writeLink } from '../../src/server/links.ts';
import type { LinkTerms } from '../../src/server/links.ts';
import { ASKING, Console, HELD, NOW, PLAN, drivenRun } from '../cli/support/console.ts';
import { recoveredRun } from '../report/journal.ts';
import { atWork, chained, get, served } from './serving.ts';
import type { Got, Served } from './serving.ts';

const TOKEN = 'correct-horse-battery-staple';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const AT_WORK = recoveredRun().slice(0, -2);

let shell: Console;
let site: Served;

beforeEach(async () => {
  shell = new Console();
  await atWork(shell.store(), AT_WORK, { status: ASKING });
  site = await served(shell, NOW, TOKEN);
});

const post = (path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<Got> =>
  get(site.url, path, { ...FORM, ...headers }, 'POST', new URLSearchParams(fields).toString());

const yes = (fields: Readonly<Record<string, string>> = {}): Promise<Got> =>
  post('/runs/run-1/approve', { token: TOKEN, plan: PLAN, name: 'ann', ...fields });

/** The run takes what lies in its inbox, and says so, as soon as somebody waits for it. */
async function taking(receipt: Partial<CommandReceipt> = {}): Promise<void> {
  await site.clock.waitedFor();
  const record = (await shell.store().load())!;
  const { id } = (await shell.store().readCommands())[0]!;
  await shell.store().save({
    ...record,
    seq: record.seq + 1,
    commandsTaken: [id],
    receipts: [{ id, accepted: true, why: null, at: NOW + 7_000, ...receipt }],
  });
  await shell.store().removeCommand(id);
  site.clock.pass(250);
}

const linkOf = (changes: Partial<LinkTerms> = {}, token = TOKEN): string =>
  writeLink({ runId: 'run-1', kind: 'approve', about: PLAN, expiresAt: NOW + 600_000, nonce: 'n1', ...changes }, token);

const inbox = () => shell.store().readCommands();

test('what is answered is what the run took, and when it took it, not what was sent', async () => {
  const answering = yes();
  await taking();
  const { status, body } = await answering;
  expect([status, JSON.parse(body)]).toEqual([
    200,
    {
      taken: true,
      words: [
        'APPROVE for netra-staging/us-central1/issue-1278: taken by the run at 2025-09-16 14:30:07Z',
        expect.stringMatching(/^phase services\.stabilizing: /),
      ],
    },
  ]);
});

test('leaves the same order as the command line does, for the plan that was looked at, with who says so', async () => {
  const answering = yes();
  await site.clock.waitedFor();
  const [command] = await inbox();
  expect(command).toMatchObject({ at: NOW, by: 'ann by the page', event: { type: 'APPROVE', by: 'ann by the page', plan: PLAN } });
  await taking();
  await answering;
});

test('an order that the run takes and refuses is not called taken', async () => {
  const answering = yes();
  await taking({ accepted: false, why: 'another plan is asked about' });
  const { status, body } = await answering;
  expect(status).toBe(409);
  expect(body).toContain('NOT taken: another plan is asked about');
});

test('an order that is not taken in time is said to lie there', async () => {
  const answering = yes();
  await site.clock.waitedFor();
  site.clock.pass(20_000);
  const { status, body } = await answering;
  expect(status).toBe(202);
  expect(body).toContain('saved, but not taken within 20s; it stays for the run');
  expect(await inbox()).toHaveLength(1);
});

test.each([
  ['another plan', { plan: 'ffffffff' }, 409, 'Something else is asked by now'],
  ['no plan', { plan: '' }, 400, 'which plan was looked at'],
  ['too short a part of the plan', { plan: PLAN.slice(0, 7) }, 409, 'Something else is asked by now'],
  ['a wrong token', { token: 'correct-horse-battery-stable' }, 401, 'neither the token nor a link'],
  ['no token', { token: '' }, 401, 'neither the token nor a link'],
  ['a link for another run', { link: linkOf({ runId: 'run-2' }) }, 401, 'neither the token nor a link'],
  ['a link under another token', { link: linkOf({}, 'another-token-altogether') }, 401, 'neither the token nor a link'],
  ['a link of which the time was changed', { link: linkOf().replace(/\.\d{10}\./, '.9999999999.') }, 401, 'neither the token nor a link'],
  ['a link to hold', { link: linkOf({ kind: 'hold', about: '' }) }, 401, 'neither the token nor a link'],
  ['a link that has expired', { link: linkOf({ expiresAt: NOW }) }, 410, 'has expired'],
  ['a link for another plan', { link: linkOf({ about: 'f'.repeat(64) }) }, 409, 'Something else is asked by now'],
])('leaves nothing for the run with %s', async (_what, fields, status, words) => {
  const got = await yes(fields);
  expect([got.status, got.body]).toEqual([status, expect.stringContaining(words)]);
  expect(await inbox()).toEqual([]);
});

test('a bearer token is as good as that of the form', async () => {
  const path = '/runs/run-1/hold';
  const answering = get(
    site.url,
    path,
    { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    'POST',
    '{"reason":"I look"}',
  );
  await site.clock.waitedFor();
  expect((await inbox())[0]).toMatchObject({ event: { type: 'HOLD', reason: 'I look', by: 'somebody by the page' } });
  await taking();
  expect((await answering).status).toBe(200);
  expect((await get(site.url, path, { authorization: 'Bearer wrong-wrong-wrong' }, 'POST')).status).toBe(401);
});

test('a question that nobody answered has expired; that is no refusal', async () => {
  const lines = AT_WORK.map((line) => line);
  const asked = { kind: 'decision', event: 'plan.done', states: ['working.runbook.assessing.awaitingApproval'] } as const;
  const gone = { kind: 'decision', event: 'timer.APPROVAL', states: ['working.runbook.following'] } as const;
  const last = lines.at(-1)!;
  const later = new Console();
  await later.store().appendJournal('run-1', chained([...lines, { ...last, ...asked }, { ...last, ...gone, at: NOW }]));
  await drivenRun(later.store(), { status: { accepts: ['HOLD', 'ABORT'] } });
  shell = later;
  site = await served(later, NOW, TOKEN);
  for (const got of [await yes(), await get(site.url, `/runs/run-1/answer/${linkOf()}`)]) {
    expect(got.status).toBe(410);
    expect(got.body).toContain('The question has expired: nobody answered by 14:30:00');
    expect(got.body).not.toMatch(/rejected|refused/);
  }
  expect(await inbox()).toEqual([]);
});

test('a run that has ended takes nothing', async () => {
  const record = (await shell.store().load())!;
  await shell.store().save({ ...record, seq: 9, ended: { at: NOW, outcome: 'recovered' } });
  expect((await post('/runs/run-1/hold', { token: TOKEN })).body).toContain('has ended: recovered');
  expect((await post('/runs/run-9/hold', { token: TOKEN })).status).toBe(404);
});

test('a held run is let go on, and the hold that stands for the target goes with it', async () => {
  const held = new Console();
  await atWork(held.store(), AT_WORK, { status: HELD });
  await held.store().sendCommand({ id: 'h', at: NOW, by: 'bob', event: { type: 'HOLD', by: 'bob', standing: true } });
  shell = held;
  site = await served(held, NOW, TOKEN);
  const answering = post('/runs/run-1/resume', { token: TOKEN });
  await site.clock.waitedFor();
  expect((await inbox()).map(({ event }) => event.type)).toEqual(['RESUME']);
  await taking();
  expect((await answering).status).toBe(200);
});

test('opening a link shows the question, the diffs and buttons; no GET writes anything', async () => {
  const { status, body } = await get(site.url, `/runs/run-1/answer/${linkOf()}`);
  expect(status).toBe(200);
  expect(body).toContain('Scale staging-connector to 3–10 × e2-standard-4');
  expect(body).toContain('+ minInstances: 3');
  expect(body).toContain('formaction="/runs/run-1/approve"');
  expect(body).toContain('formaction="/runs/run-1/reject"');
  expect(body).not.toContain('name="token"');
  for (const path of ['approve', 'reject', 'hold', 'resume'])
    expect((await get(site.url, `/runs/run-1/${path}?token=${TOKEN}&plan=${PLAN}`, { authorization: `Bearer ${TOKEN}` })).status).toBe(404);
  expect(await inbox()).toEqual([]);
});

test('a link counts once, also after a restart, and says what became of it', async () => {
  const answering = post('/runs/run-1/reject', { link: linkOf(), name: 'ann', reason: 'not tonight' });
  await site.clock.waitedFor();
  expect((await inbox())[0]).toMatchObject({
    id: 'link-n1',
    event: { type: 'REJECT', by: 'ann by a one-time link', reason: 'not tonight' },
  });
  await taking();
  expect((await answering).status).toBe(200);
  site = await served(shell, NOW, TOKEN);
  const again = await post('/runs/run-1/approve', { link: linkOf() });
  expect(again.body).toContain('This link was used before.');
  expect(again.body).toContain('taken by the run at 2025-09-16 14:30:07Z');
  expect((await get(site.url, `/runs/run-1/answer/${linkOf()}`)).status).toBe(410);
  expect(await inbox()).toEqual([]);
});

test.each([
  ['a foreign page', { origin: 'https://evil.example' }],
  ['a page that does not say what it is', { origin: 'null' }],
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another name of the same site', { 'sec-fetch-site': 'same-site' }],
  ['another port', { origin: 'http://127.0.0.1:1' }],
])('takes no answer from %s', async (_what, headers) => {
  expect((await post('/runs/run-1/hold', { token: TOKEN }, headers)).status).toBe(403);
  expect(await inbox()).toEqual([]);
});

test('takes no answer that is too long, of another form, or for what is not there', async () => {
  expect((await post('/runs/run-1/hold', { token: TOKEN, reason: 'x'.repeat(9_000) })).status).toBe(413);
  expect((await post('/runs/run-1/hold', { token: TOKEN }, { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await get(site.url, '/runs/run-1/hold', { 'content-type': 'application/json' }, 'POST', '{"token":')).status).toBe(415);
  expect((await get(site.url, '/runs/run-1/hold', FORM, 'POST', `token=${TOKEN}&token=x`)).status).toBe(415);
  for (const path of ['/', '/runs/run-1', '/runs/run-1/abort', '/runs/run-1/hold/x'])
    expect((await post(path, { token: TOKEN })).status).toBe(404);
  expect((await get(site.url, '/runs/run-1/hold', {}, 'PUT')).headers['allow']).toBe('GET, HEAD, POST');
  expect(await inbox()).toEqual([]);
});

test('who is wrong ten times a minute is not heard for a while, right or wrong', async () => {
  for (let nr = 0; nr < 10; nr += 1) expect((await yes({ token: `wrong-wrong-wrong-${nr}` })).status).toBe(401);
  const barred = await yes();
  expect([barred.status, barred.headers['retry-after']]).toEqual([429, '60']);
  site.clock.pass(60_000);
  const answering = yes();
  await taking();
  expect((await answering).status).toBe(200);
});

test('the card shows what each answer would do, only what the run takes now, and never the token', async () => {
  const { body } = await get(site.url, '/runs/run-1');
  expect(body).toContain('makes 2 changes, of which 1 CANNOT BE UNDONE: Scale staging-connector to 3–10 × e2-standard-4');
  expect(body).toContain('ends the run: nothing more is begun, nothing is undone');
  expect(body).toContain('Until <time datetime="2025-09-16T14:56:00.000Z">14:56:00Z</time>');
  expect(body).toContain('Approve plan 1a2b3c4d');
  expect(body).not.toContain('formaction="/runs/run-1/resume"');
  expect(body).not.toContain(TOKEN);
});

test('whoever sends the same form twice has answered once', async () => {
  const answering = yes({ id: 'form-12345' });
  await taking();
  expect((await answering).status).toBe(200);
  const again = await yes({ id: 'form-12345' });
  expect([again.status, again.body]).toEqual([200, expect.stringContaining('taken by the run at')]);
  expect(await inbox()).toEqual([]);
});
