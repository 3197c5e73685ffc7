import { expect, test } from 'vitest';
import { Console, NOW, drivenRun } from '../cli/support/console.ts';
import { recoveredRun } from '../report/journal.ts';
import { atWork, chained, get, served } from './serving.ts';

const AT_WORK = recoveredRun().slice(0, -2);

async function ending() {
  const shell = new Console();
  await atWork(shell.store(), AT_WORK);
  const site = await served(shell);
  const end = async (): Promise<void> => {
    await shell.store().appendJournal('run-1', chained(recoveredRun()));
    await drivenRun(shell.store(), { record: { ended: { at: NOW, outcome: 'recovered' } }, status: { outcome: 'recovered' } });
  };
  return { site, end };
}

/** Whether it is over by then; `waited`: how often somebody was told that it waits. */
function watched(site: Awaited<ReturnType<typeof ending>>['site']) {
  const seen = { isOver: false, waited: 0, over: Promise.resolve() };
  seen.over = site.lastPages({ withinMs: 20_000, onWait: () => (seen.waited += 1) }).then(() => void (seen.isOver = true));
  return seen;
}

test('where nobody reads, nothing is waited for', async () => {
  const { site, end } = await ending();
  await end();
  const seen = watched(site);
  await seen.over;
  expect(seen.waited).toBe(0);
});

test('who has the page open without a script gets the last one, and then it is over', async () => {
  const { site, end } = await ending();
  await get(site.url, '/runs/run-1');
  await end();
  const seen = watched(site);
  await site.clock.waitedFor();
  expect([seen.isOver, seen.waited]).toEqual([false, 1]);
  site.clock.pass(500);
  await site.clock.waitedFor();
  const { body } = await get(site.url, '/runs/run-1');
  expect(body, 'what was read before the end is not shown again').toContain('<h1>Recovered after 51m</h1>');
  expect(body).toContain('firebreak report run-1 --format html');
  site.clock.pass(500);
  await seen.over;
});

test('a page that nobody closes is waited for no longer than said', async () => {
  const { site, end } = await ending();
  await get(site.url, '/runs/run-1');
  await end();
  const seen = watched(site);
  await site.clock.waitedFor();
  site.clock.pass(19_999);
  await site.clock.waitedFor();
  expect(seen.isOver).toBe(false);
  site.clock.pass(1_000);
  await seen.over;
});
