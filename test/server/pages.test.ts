import { expect, test } from 'vitest';
import { LIVE_SCRIPT } from '../../src/server/live-script.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { ASKING, Console, HELD, NOW, TARGET, drivenRun } from '../cli/support/console.ts';
import { recoveredRun } from '../report/journal.ts';
import { atWork, chained, get, served } from './serving.ts';

const AT_WORK = recoveredRun().slice(0, -2);
const ended = { at: NOW, outcome: 'recovered' };

test('shows every run of the store with its state in words, the newest first, rehearsals and remembered ones too', async () => {
  const shell = new Console();
  const history = [{ runId: 'run-0', startedAt: NOW - 9e6, endedAt: NOW - 8e6, outcome: 'restored', applied: [] }];
  await atWork(shell.store(), AT_WORK, { record: { history } });
  const played = createMemoryStore('issue-1278-7');
  shell.rehearsals.set('issue-1278-7', played);
  await drivenRun(played, { record: { runId: 'r-7', savedAt: NOW + 1, ended }, status: { runId: 'r-7', outcome: 'recovered' } });
  const { url } = await served(shell);
  const { status, body } = await get(url, '/');
  expect(status).toBe(200);
  const rows = [...body.matchAll(/<a href="\/runs\/([^"]+)">/g)].map(([, id]) => id);
  expect(rows).toEqual(['r-7', 'run-1', 'run-0']);
  expect(body).toContain('at work: services.stabilizing: netra-auth-service must stay healthy for 5m');
  expect(body).toContain('ended: restored');
  expect(body).toContain('<span class="badge">rehearsal</span>');
  expect(body).toContain('<meta http-equiv="refresh" content="15">');
});

test('shows an empty store as one', async () => {
  const { url } = await served(new Console());
  expect((await get(url, '/')).body).toContain('No run is kept here yet.');
  expect(await get(url, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
});

test('shows the report of a run at work, which loads itself anew, and of one that has ended, which does not', async () => {
  const shell = new Console();
  await atWork(shell.store(), AT_WORK);
  const { url } = await served(shell);
  const { body, headers } = await get(url, '/runs/run-1');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toContain('<meta http-equiv="refresh" content="15">');
  expect(body).toContain('<h2 id="charts-h">What happened</h2>');
  expect(body).toContain('driven:  by execution firebreak-x1');
  expect(body).not.toContain('NEEDS YOU');

  const over = new Console();
  await over.store().appendJournal('run-1', chained(recoveredRun()));
  await drivenRun(over.store(), { record: { ended }, status: { outcome: 'recovered' } });
  const page = await get((await served(over)).url, '/runs/run-1');
  expect(page.body).toContain('<h1>Recovered after 51m</h1>');
  expect(page.body).not.toContain('http-equiv="refresh"');
});

test('puts on top what a person is asked, all that a yes lets happen and the commands that answer', async () => {
  const shell = new Console();
  await atWork(shell.store(), AT_WORK, { status: ASKING });
  const { url } = await served(shell);
  const { body } = await get(url, '/runs/run-1');
  expect(body.indexOf('NEEDS YOU')).toBeLessThan(body.indexOf('<h1>'));
  expect(body).toContain('ASKS:    issue-1278: staging-connector is saturated. Apply it?');
  expect(body).toContain('CANNOT BE UNDONE');
  expect(body).toContain(
    `makes 2 changes, of which 1 CANNOT BE UNDONE: Scale staging-connector to 3–10 × e2-standard-4<br><code>firebreak approve --target ${TARGET} --plan 1a2b3c4d</code>`,
  );
  expect(body).toContain(`<code>firebreak approve --target ${TARGET} --reject</code>`);
  expect(body).toContain('Nothing can be answered on this page');
  expect((await get(url, '/')).body).toMatch(/<title>NEEDS YOU \(1\)[\s\S]*<b>Needs you:<\/b>/);
});

test('shows the phases, and in words all that leads out of the present state, its deadlines as instants', async () => {
  const shell = new Console();
  const leaves = [
    { when: 'it has been healthy for its whole time', until: null, to: 'Which service is next?' },
    { when: 'unless the run is held then', until: '2025-09-16T15:00:00.000Z', to: 'The run writes no more' },
    { when: 'a human says skip', until: null, to: 'Which service is next?' },
  ];
  await atWork(shell.store(), AT_WORK, { status: { leaves } });
  const { url } = await served(shell);
  const { body } = await get(url, '/runs/run-1');
  const words = body.replaceAll(/<[^>]+>/g, '');
  expect(words).toContain('● services (here now)');
  expect(words).toContain('○ prove (ahead)');
  expect(words).toContain('Which service is next?when it has been healthy for its whole time; or when a human says skip');
  expect(words).toContain('The run writes no morewhen it is 15:00:00Z, unless the run is held then');
  expect(body).toContain('<time datetime="2025-09-16T15:00:00.000Z">15:00:00Z</time>');

  const over = new Console();
  await over.store().appendJournal('run-1', chained(recoveredRun()));
  await drivenRun(over.store(), { record: { ended }, status: { outcome: 'recovered', leaves } });
  const page = (await get((await served(over)).url, '/runs/run-1')).body.replaceAll(/<[^>]+>/g, '');
  expect(page).toContain('✓ services (been there)');
  expect(page, 'nothing leads out of an end').not.toContain('What leads out of here');
});

test('says of a held run that it needs a person, and of one that nobody drives that it stands still', async () => {
  const held = new Console();
  await atWork(held.store(), AT_WORK, { status: { ...HELD, whyNot: 'Nothing is written: held by ann: wait' } });
  expect((await get((await served(held)).url, '/')).body).toContain('Nothing is written: held by ann: wait');

  const left = new Console();
  await atWork(left.store(), AT_WORK);
  const site = await served(left);
  site.clock.pass(120_000);
  expect((await get(site.url, '/')).body).toContain('stopped: nobody drives it now; `firebreak run` goes on with it');
});

test('shows a run with a broken journal, and says what is wrong with it', async () => {
  const shell = new Console();
  const lines = await atWork(shell.store(), AT_WORK);
  const broken = createMemoryStore(TARGET);
  await broken.appendJournal(
    'run-1',
    lines.filter(({ seq }) => seq !== 3),
  );
  await drivenRun(broken);
  shell.stores.set(TARGET, broken);
  const { body, status } = await get((await served(shell)).url, '/runs/run-1');
  expect(status).toBe(200);
  expect(body).toContain('line 3 is missing');
});

test('what the world has said becomes no markup', async () => {
  const shell = new Console();
  await atWork(shell.store(), AT_WORK, { status: { why: '<script>alert(1)</script>\u001b[31m\u202e' } });
  const { url } = await served(shell);
  for (const path of ['/', '/runs/run-1']) {
    const { body } = await get(url, path);
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body.replace(`<script>${LIVE_SCRIPT}</script>`, '')).not.toMatch(/<script|\u001b|\u202e/);
  }
});

test('asks the store once for all who ask at the same time, and anew a little later', async () => {
  const shell = new Console();
  await atWork(shell.store(), AT_WORK);
  const site = await served(shell);
  await get(site.url, '/');
  await shell.store().writeStatus({ ...(await shell.store().readStatus())!, phase: 'elsewhere' });
  expect((await get(site.url, '/')).body).not.toContain('elsewhere');
  site.clock.pass(2_000);
  expect((await get(site.url, '/')).body).toContain('at work: elsewhere');
});

test('a store that cannot be read is said without its place, and then served again', async () => {
  const shell = new Console();
  await atWork(shell.store(), AT_WORK);
  const whole = shell.store();
  shell.stores.set(TARGET, {
    ...createMemoryStore(TARGET),
    load: () => Promise.reject(new Error('EACCES: permission denied, open /home/ann/secret/record.json')),
  });
  const site = await served(shell);
  for (const path of ['/', '/healthz', '/runs/run-1', '/runs/run-1/events']) {
    const { status, body } = await get(site.url, path);
    expect([path, status, body]).toEqual([path, 503, 'The store cannot be read now.\n']);
  }
  expect(site.failures).toHaveLength(4);
  shell.stores.set(TARGET, whole);
  site.clock.pass(2_000);
  expect((await get(site.url, '/healthz')).status).toBe(200);
});
