import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { writeLink } from '../../src/server/links.ts';
import { CHROMIUM, isThere } from '../architecture/outside.ts';
import { ASKING, Console, NOW, PLAN, STATUS, drivenRun } from '../cli/support/console.ts';
import { recoveredRun } from '../report/journal.ts';
import { atWork, chained, served } from './serving.ts';
import type { Served } from './serving.ts';

const TOKEN = 'correct-horse-battery-staple';
const ALL = recoveredRun().slice(0, -2);
const FIRST = ALL.slice(0, -12);
/** A browser on a busy machine takes its time. */
const eventually = <T>(see: () => Promise<T>) => expect.poll(see, { timeout: 30_000 });
const ASKED = { ...ASKING, asks: { ...ASKING.asks!, until: null } };

/** In Debian's own browser, as a person sees the page and clicks in it. */
describe.skipIf(!isThere('browser'))('the page in a browser', () => {
  let browser: Browser;
  let shell: Console;
  let site: Served;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => void (browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })));
  afterAll(() => browser.close());

  beforeEach(async () => {
    shell = new Console();
    await atWork(shell.store(), FIRST, { status: ASKED });
    site = await served(shell, NOW, TOKEN);
    page = await browser.newPage();
    onTestFinished(() => page.close());
    complaints = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(String(error)));
  });

  const open = (path = '/runs/run-1') => page.goto(`${site.url}${path}`);
  const inbox = () => shell.store().readCommands();
  const more = async (lines: readonly (typeof ALL)[number][]) => shell.store().appendJournal('run-1', chained(lines));
  const answer = async (button: string) => {
    await page.getByLabel('Token').first().fill(TOKEN);
    await page.getByRole('button', { name: button }).click();
  };

  /** The run takes what lies in its inbox, as soon as somebody waits for it. */
  const take = async () => {
    await eventually(async () => (await inbox()).length).toBe(1);
    const { id } = (await inbox())[0]!;
    const record = (await shell.store().load())!;
    await shell
      .store()
      .save({ ...record, seq: record.seq + 1, commandsTaken: [id], receipts: [{ id, accepted: true, why: null, at: NOW + 7_000 }] });
    await shell.store().removeCommand(id);
    site.clock.pass(250);
  };

  test('shows what happens while it is looked at, and keeps what is typed and opened', async () => {
    await open();
    await page.evaluate("document.body.dataset.mark = 'the same page'");
    await page.getByLabel('Token').first().fill('half a tok');
    await page.getByText('Why this step').first().click();
    const before = await page.locator('#log tbody tr').count();
    await more(ALL);
    await shell.store().writeStatus({ ...STATUS, ...ASKED, why: 'something new' });
    site.clock.pass(2_000);
    await eventually(() => page.locator('#log tbody tr').count()).toBeGreaterThan(before);
    expect(await page.getByLabel('Token').first().inputValue()).toBe('half a tok');
    expect(await page.locator('.ask details[open]').count()).toBe(1);
    expect(await page.evaluate('document.body.dataset.mark')).toBe('the same page');
    expect(complaints).toEqual([]);
  });

  test('hears every line once through a restart of the server, and says meanwhile that it hears nothing', async () => {
    await open();
    await page.evaluate(
      `window.heard = []; new EventSource('/runs/run-1/events').onmessage = ({ lastEventId }) => window.heard.push(Number(lastEventId))`,
    );
    await eventually(() => page.evaluate('window.heard.length')).toBe(FIRST.length);
    const port = Number(new URL(site.url).port);
    await site.close();
    await eventually(() => page.locator('.live').textContent()).toMatch(/^No answer from the server since \d\d:\d\d:\d\dZ/);
    await more(ALL);
    site = await served(shell, NOW, TOKEN, port);
    await eventually(() => page.evaluate('window.heard.length')).toBe(ALL.length);
    expect(await page.evaluate('window.heard')).toEqual(ALL.map((_, index) => index + 1));
    await eventually(() => page.locator('.live').textContent()).toMatch(/^Live: /);
    const whole = await browser.newPage();
    await whole.goto(`${site.url}/runs/run-1`);
    expect(await page.locator('#log').innerText()).toBe(await whole.locator('#log').innerText());
    await whole.close();
  });

  test('counts down between two pages by the clock of the run; what is over is said to be, and nothing of what followed', async () => {
    const leaves = [{ when: '', until: '2025-09-16T14:33:05.000Z', to: 'The run is handed over' }];
    await shell.store().writeStatus({ ...STATUS, leaves });
    await page.clock.install({ time: NOW });
    await page.clock.pauseAt(NOW + 1_000);
    await open();
    const ways = page.locator('#rail .ways');
    expect(await ways.textContent()).toBe('The run is handed overwhen it is 14:33:05Z (3 min 5 s left)');
    expect(await page.locator('#rail [aria-current]').textContent()).toContain('services');
    await page.clock.runFor(10_000);
    expect(await ways.locator('.left').textContent()).toBe(' (2 min 55 s left)');
    site.clock.pass(190_000);
    await open();
    expect(await ways.locator('.left').textContent()).toBe(' (over; what followed has not been heard of yet)');
    expect(complaints).toEqual([]);
  });

  test('shows the end of a run whose page goes with it, and takes no lost connection for news', async () => {
    await open();
    await more(recoveredRun());
    await drivenRun(shell.store(), { record: { ended: { at: NOW, outcome: 'recovered' } }, status: { outcome: 'recovered' } });
    const over = site.lastPages({ withinMs: 600_000, onWait: () => site.clock.pass(2_000) });
    await eventually(() => page.locator('h1').textContent()).toBe('Recovered after 51m');
    let isOver = false;
    void over.then(() => (isOver = true));
    await eventually(async () => {
      site.clock.pass(500);
      return isOver;
    }).toBe(true);
    await site.close();
    expect(await page.locator('.live').textContent()).toBe('The run has ended: this is how it stood last, and nothing more comes.');
    await page.evaluate('renew()');
    expect(await page.locator('.live').textContent()).toContain('The run has ended');
  });

  test('an answer is told as the run has taken it', async () => {
    await open();
    const clicked = answer('Approve plan 1a2b3c4d');
    await take();
    await clicked;
    await eventually(() => page.locator('h1').textContent()).toContain('taken by the run at 2025-09-16 14:30:07Z');
    expect(complaints).toEqual([]);
  });

  test('a yes to a plan that was made anew meanwhile is refused, and nothing is left for the run', async () => {
    await open();
    await shell.store().writeStatus({ ...STATUS, ...ASKED, asks: { ...ASKED.asks, plan: 'f'.repeat(64) } });
    await answer('Approve plan 1a2b3c4d');
    await eventually(() => page.locator('h1').textContent()).toContain('Something else is asked by now');
    expect(await inbox()).toEqual([]);
  });

  test('a question that nobody answered in time is told as expired', async () => {
    await open();
    const last = FIRST.at(-1)!;
    const asked = { ...last, kind: 'decision', event: 'plan.done', states: ['working.runbook.assessing.awaitingApproval'] } as const;
    await more([...FIRST, asked, { ...last, kind: 'decision', event: 'timer.APPROVAL', states: ['working.runbook.following'], at: NOW }]);
    await shell.store().writeStatus({ ...STATUS, accepts: ['HOLD', 'ABORT'] });
    await answer('Approve plan 1a2b3c4d');
    await eventually(() => page.locator('h1').textContent()).toContain('The question has expired: nobody answered by 14:30:00');
    expect(await inbox()).toEqual([]);
  });

  test('whatever is opened, nothing is written until a button is pressed; a link then counts once', async () => {
    const link = writeLink({ runId: 'run-1', kind: 'approve', about: PLAN, expiresAt: NOW + 600_000, nonce: 'n1' }, TOKEN);
    for (const path of ['/', '/runs/run-1', '/runs/run-1/approve', `/runs/run-1/answer/${link}`]) {
      await open(path);
      expect(await inbox()).toEqual([]);
    }
    expect(await page.getByLabel('Token').count()).toBe(0);
    const clicked = page.getByRole('button', { name: 'Reject' }).click();
    await take();
    await clicked;
    await eventually(() => page.locator('h1').textContent()).toContain('REJECT for');
    await open(`/runs/run-1/answer/${link}`);
    expect(await page.locator('h1').textContent()).toBe('This link was used before, and counts once.');
  });

  test.each([390, 800, 1200])('nothing sticks out at %d pixels, in the dark as in the light, without a script too', async (width) => {
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: 'dark', javaScriptEnabled });
      const narrow = await context.newPage();
      await narrow.goto(`${site.url}/runs/run-1`);
      const box = await narrow.locator('html').evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(box).toBe(0);
      expect(await narrow.getByRole('button', { name: 'Approve plan' }).isVisible()).toBe(true);
      await context.close();
    }
  });
});
