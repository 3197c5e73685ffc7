import { expect, test } from 'vitest';
import { readLink } from '../../src/server/links.ts';
import { ASKING, Console, HELD, NOW, PLAN, drivenRun } from './support/console.ts';

const TOKEN = '0123456789abcdef';
const URL_OPTION = ['--url', 'https://pager.example'];

async function shellWith(status = {}, env: Readonly<Record<string, string>> = { FIREBREAK_SERVE_TOKEN: TOKEN }): Promise<Console> {
  const shell = new Console();
  Object.assign(shell.env, env);
  await drivenRun(shell.store(), { status });
  return shell;
}

function termsOf(stdout: string, now = NOW) {
  const [, runId, link] = /^https:\/\/pager\.example\/runs\/([^/]+)\/answer\/(\S+)\n$/.exec(stdout)!;
  return readLink(link!, runId!, TOKEN, now);
}

test('a link to answer is bound to the run, to the plan that is asked about, and to an hour', async () => {
  const shell = await shellWith({ ...ASKING, asks: { ...ASKING.asks!, until: null } });
  const { code, stdout, stderr } = await shell.run(['link', 'approve', ...URL_OPTION]);
  expect([code, stderr]).toEqual([0, 'firebreak: counts once, until 2025-09-16 15:30:00Z: whoever has it can answer\n']);
  expect(termsOf(stdout)).toEqual({
    ok: true,
    terms: { runId: 'run-1', kind: 'approve', about: PLAN, expiresAt: NOW + 3_600_000, nonce: 'id1' },
  });
  expect(termsOf(stdout, NOW + 3_600_000)).toEqual({ ok: false, why: 'expired', at: NOW + 3_600_000 });
  expect(await shell.store().readCommands()).toEqual([]);
});

test('a link to answer counts no longer than the question, and is not made in its last minute', async () => {
  const shell = await shellWith(ASKING);
  const { stdout } = await shell.run(['link', 'approve', '--for', '600', ...URL_OPTION]);
  expect(termsOf(stdout)).toMatchObject({ terms: { expiresAt: Date.parse('2025-09-16T14:56:00Z') } });
  shell.pass(25 * 60_000 + 30_000);
  expect((await shell.run(['link', 'approve', ...URL_OPTION])).stderr).toContain('the question ends in less than 1m');
});

test('a link to hold and one to let go on answer no question; where people reach the page may stand in the environment', async () => {
  const shell = await shellWith({}, { FIREBREAK_SERVE_TOKEN: TOKEN, FIREBREAK_PAGE: 'https://pager.example/' });
  expect(termsOf((await shell.run(['link', 'hold'])).stdout)).toMatchObject({ terms: { kind: 'hold', about: '' } });
  await shell.store().writeStatus({ ...(await shell.store().readStatus())!, ...HELD });
  expect(termsOf((await shell.run(['link', 'resume'])).stdout)).toMatchObject({ terms: { kind: 'resume', about: '' } });
});

test.each([
  ['nothing is asked', ['approve', ...URL_OPTION], {}, { FIREBREAK_SERVE_TOKEN: TOKEN }, 'the run asks nothing now'],
  ['no token is set', ['hold', ...URL_OPTION], {}, {}, 'links are made under FIREBREAK_SERVE_TOKEN, which is not set'],
  ['the token is short', ['hold', ...URL_OPTION], {}, { FIREBREAK_SERVE_TOKEN: 'secret' }, 'FIREBREAK_SERVE_TOKEN is no token'],
  ['nobody said where the page is', ['hold'], {}, { FIREBREAK_SERVE_TOKEN: TOKEN }, 'it is not known where people reach the page'],
  [
    'the environment names no page',
    ['hold'],
    {},
    { FIREBREAK_SERVE_TOKEN: TOKEN, FIREBREAK_PAGE: 'pager' },
    'FIREBREAK_PAGE is no http(s) address',
  ],
  ['it is held already', ['hold', ...URL_OPTION], HELD, { FIREBREAK_SERVE_TOKEN: TOKEN }, 'the run is already held'],
  [
    'it asks for what no link may do',
    ['abort', ...URL_OPTION],
    {},
    { FIREBREAK_SERVE_TOKEN: TOKEN },
    'Allowed choices are approve, hold, resume',
  ],
])('no link is made where %s', async (_what, argv, status, env, words) => {
  const { code, stdout, stderr } = await (await shellWith(status, env)).run(['link', ...argv]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain(TOKEN);
});
