import { describe, expect, it } from 'vitest';
import type { Output } from '../../../src/cli/deps.ts';
import { elapsed, liveLine, milestone } from '../../../src/cli/progress/progress-text.ts';
import { createProgress } from '../../../src/cli/progress/progress.ts';
import type { JournalLine, RunStatus } from '../../../src/ports/store.ts';
import { ASKING, NOW, STATUS } from '../support/console.ts';

const STARTED = NOW - 5_400_000;

class Screen implements Output {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  constructor(isTTY: boolean, columns = 200) {
    this.isTTY = isTTY;
    this.columns = columns;
  }
  write(text: string): void {
    this.text += text;
  }
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

const line = (event: string, data: unknown, changes: Partial<JournalLine> = {}): JournalLine => ({
  seq: 1,
  at: NOW,
  kind: 'decision',
  event,
  states: STATUS.states,
  data,
  previous: '',
  hash: '',
  ...changes,
});
const piped = () => {
  const screen = new Screen(false);
  return { screen, progress: createProgress(screen, { env: {}, startedAt: STARTED, where: {} }) };
};

describe('the live line', () => {
  it('says phase, what is waited for, until when, what then, and the age of the last look', () => {
    expect(liveLine(STATUS, NOW - 12_000, NOW, 200)).toBe(
      'services › stabilizing · until 14:33:05Z (3m 5s left): 5m of unbroken health · then: deploying the next service · looked 12s ago',
    );
  });

  it('never cuts off the age', () => {
    const text = liveLine(STATUS, NOW - 12_000, NOW, 60);
    expect(text).toBe('services › stabilizing · until 14:33:05Z (… · looked 12s ago');
    expect(text.length).toBeLessThanOrEqual(60);
  });

  it.each([
    [
      'a human is needed',
      {
        ...ASKING,
        states: STATUS.states,
        waiting: [...STATUS.waiting, { for: 'a yes to the plan', owner: 'operator', until: null, then: 'the run ends' }],
      },
      'services › stabilizing · NEEDS A HUMAN: a yes to the plan · then: the run ends',
    ],
    [
      'the deadline has passed',
      { waiting: [{ ...STATUS.waiting[0]!, until: '2025-09-16T14:29:00.000Z' }] },
      'services › stabilizing · until 14:29:00Z (overdue by 1m): 5m of unbroken health · then: deploying the next service',
    ],
    [
      'the deadline is tomorrow',
      { waiting: [{ for: 'support', owner: 'google', until: '2025-09-17T02:00:00.000Z', then: '' }] },
      'services › stabilizing · until 2025-09-17 02:00:00Z (11h 30m left): support',
    ],
    ['nothing is waited for', { waiting: [] }, 'services › stabilizing · netra-auth-service must stay healthy for 5m'],
    [
      'it is held',
      { states: ['working.runbook.services.stabilizing', 'working.operator.held'], waiting: [] },
      'services › stabilizing, held · netra-auth-service must stay healthy for 5m',
    ],
    ['it has ended', { outcome: 'recovered', why: 'all healthy' }, 'recovered: all healthy'],
  ])('says so when %s', (_what, changes, text) => {
    const status: RunStatus = { ...STATUS, ...changes };
    expect(liveLine(status, null, NOW, 200)).toBe(`${text} · not looked yet`);
  });
});

describe('a milestone', () => {
  it.each([
    [
      'scaleConnector.done',
      { mutation: { title: 'Scale staging-connector', outcome: 'applied' }, operation: 'op' },
      'Scale staging-connector: sent',
    ],
    [
      'pinTraffic.done',
      { mutation: { title: 'Pin backend', outcome: 'already', operation: null } },
      'Pin backend: already so, nothing sent',
    ],
    ['awaitRevision.done', { ok: true, revision: 'auth-00002-x' }, 'revision auth-00002-x: in effect'],
    ['awaitConnector.done', { ok: false, reason: 'stockout', message: 'no capacity' }, 'connector: failed: stockout: no capacity'],
    [
      'diagnose.done',
      { healthy: false, causes: [{ kind: 'application-crash', subject: 'backend', summary: 'module missing' }] },
      'diagnosis: application-crash (backend): module missing',
    ],
    ['diagnose.done', { healthy: true, causes: [] }, 'diagnosis: healthy'],
    ['plan.done', { steps: [] }, 'plan: nothing to do'],
    ['validate.done', { verdict: { outcome: 'fail', because: '3 of 5' } }, 'validation: fail: 3 of 5'],
    ['openCase.done', { caseName: null }, 'support could not take the case: its text is ready to be handed over'],
    ['run.resumed', { awayMs: 61_000 }, 'run resumed after 1m 1s away'],
    [
      'run.resumed',
      { awayMs: 61_000, anew: true, missing: ['there is no state soaking', 'the timer SOAK leads nowhere'] },
      'run resumed after 1m 1s away; it begins anew at the first look with what it has done: there is no state soaking; the timer SOAK leads nowhere',
    ],
  ])('is what %s did', (event, data, text) => {
    expect(milestone(line(event, data), STATUS.states)?.text).toBe(text);
  });

  it('is a change of place', () => {
    const moved = line('timer.SOAK', {}, { states: ['working.runbook.proving.soaking'] });
    expect(milestone(moved, STATUS.states)).toEqual({
      tone: 'plain',
      text: 'the time for it is over → proving › soaking',
      onlyMoved: true,
    });
  });

  describe('of a change by somebody else', () => {
    const held = STATUS.states.map((state) => state.replace('operator.active', 'operator.held'));
    const change = { subject: 'service:x', actor: null, diff: ['- generation: 7', '+ generation: 8'] };
    const seen = (foreignChange: object | null, states = held) => line('observe.done', { foreignChange }, { kind: 'tick', states });

    it('says what was changed, by whom as far as it is known, and what is asked', () => {
      expect(milestone(seen(change), STATUS.states)).toEqual({
        tone: 'human',
        text: 'HELD: service:x was changed by somebody else, not by this run: - generation: 7 + generation: 8; adopt, resume or abort?',
      });
    });

    it('asks once: whose it is may be known later', () => {
      expect(milestone(seen({ ...change, actor: 'bob@example.com' }), held)?.text).toBe(
        'still held: service:x was changed by bob@example.com, not by this run: - generation: 7 + generation: 8',
      );
    });

    it('asks nothing where it does not hold the run', () => {
      expect(milestone(seen(change, [...STATUS.states]), STATUS.states)?.text).toBe(
        'service:x was changed by somebody else, not by this run: - generation: 7 + generation: 8',
      );
    });

    it('is said also where the look could not tell what it was, and once', () => {
      expect(milestone(seen(null), STATUS.states)?.text).toContain('HELD: something was changed');
      expect(milestone(seen(null), held)).toBeNull();
    });
  });

  it('keeps a long reason whole: it is the answer', () => {
    const message = `cannot be applied: ${'because of this and that, '.repeat(30)}and the end`;
    expect(milestone(line('deployService.failed', { code: 'X', message }), STATUS.states)).toBeNull();
    expect(milestone(line('deployService.failed', { code: 'X', message }), [])?.text).toContain('and the end');
  });

  it('is whom a message has not reached, and not that a channel still lacks what it lacked', () => {
    const missed = [{ channel: 'Slack C1', why: 'Slack C1: answered 503' }];
    expect(milestone(line('inform.done', { told: 1, text: 'news', missed }), [])).toEqual({
      tone: 'warning',
      text: 'not told: Slack C1: answered 503',
    });
    expect(milestone(line('inform.done', { told: 0, text: '', missed }), STATUS.states)).toBeNull();
  });

  it('is what people are told of a wait, and no other message: other lines say those', () => {
    const told = (text: string) => milestone(line('inform.done', { told: 1, text }), STATUS.states);
    expect(told('shop (p, r): waiting: users of web fail again and again.')).toEqual({
      tone: 'warning',
      text: 'waiting: users of web fail again and again.',
    });
    expect(told('shop (p, r): looked and diagnosed: nothing. Will apply: waiting: x')).toBeNull();
  });

  it('is what a human said', () => {
    expect(milestone(line('HOLD', { by: 'ann', reason: 'wait\u0007' }, { kind: 'command' }), [])).toEqual({
      tone: 'human',
      text: 'HOLD by ann (claimed): wait',
    });
  });

  it.each([
    ['a look', line('observe.done', {}, { kind: 'tick' })],
    ['a step that moved nothing', line('inform.done', { told: 1 })],
    [
      'a step of a region that watches',
      line('timer.X', {}, { states: STATUS.states.map((state) => state.replace('telling.quiet', 'telling.saying')) }),
    ],
    ['a mutation without words', line('deployService.done', null)],
  ])('is not %s', (_what, quiet) => {
    expect(milestone(quiet, STATUS.states)).toBeNull();
  });
});

describe('in a pipe', () => {
  it('writes one plain line for each change, without control characters', () => {
    const { screen, progress } = piped();
    progress.feed({ kind: 'status', status: STATUS, now: NOW });
    progress.feed({ kind: 'status', status: { ...STATUS, at: 'later', conditions: [] }, now: NOW + 30_000 });
    progress.feed({ kind: 'journal', line: line('timer.X', {}, { states: ['working.runbook.proving.soaking'] }) });
    progress.feed({ kind: 'status', status: { ...STATUS, states: ['working.runbook.proving.soaking'], waiting: [] }, now: NOW + 60_000 });
    progress.render(NOW + 90_000);
    expect(screen.take().split('\n')).toEqual([
      '+01:30:00  services › stabilizing · until 14:33:05Z (3m 5s left): 5m of unbroken health · then: deploying the next service',
      '+01:31:00  proving › soaking · netra-auth-service must stay healthy for 5m',
      '',
    ]);
  });

  it('says once that the run asks, and where that is shown and answered', () => {
    const { screen, progress } = piped();
    const asking = { ...STATUS, ...ASKING };
    progress.feed({ kind: 'status', status: asking, now: NOW });
    progress.feed({ kind: 'status', status: { ...asking, at: 'later' }, now: NOW + 30_000 });
    const said = screen
      .take()
      .split('\n')
      .filter((text) => text.includes('asks: '));
    expect(said).toEqual([
      '+01:30:00  asks: issue-1278: staging-connector is saturated. Apply it? · firebreak approve --plan 1a2b3c4d · firebreak approve --reject · all of it: firebreak why; unanswered: the run is aborted',
    ]);
  });

  it('names no answer that would answer nothing, and none at all in a rehearsal', () => {
    const asks = { ...ASKING.asks!, about: 'question' as const, yes: null };
    const asking = { ...STATUS, ...ASKING, accepts: ['APPROVE', 'RETRY', 'REJECT'], asks };
    const { screen, progress } = piped();
    progress.feed({ kind: 'status', status: asking, now: NOW });
    expect(screen.take()).toMatch(/Apply it\? · firebreak retry · firebreak approve --reject · all of it/);
    const rehearsed = createProgress(screen, { env: {}, startedAt: STARTED, where: null });
    rehearsed.feed({ kind: 'status', status: asking, now: NOW });
    expect(screen.take()).toMatch(/Apply it\? · unanswered: the run is aborted\n/);
  });

  it('does not call a human for a wait that ends by itself, such as a freeze', () => {
    const { screen, progress } = piped();
    const frozen = [
      { for: 'A freeze window is open', owner: 'operator', until: '2025-09-16T18:00:00.000Z', then: 'the step is chosen anew' },
    ];
    progress.feed({ kind: 'status', status: { ...STATUS, waiting: frozen }, now: NOW });
    expect(screen.take()).toContain('until 18:00:00Z (3h 30m left): A freeze window is open · then: the step is chosen anew');
  });

  it('says that it is still there at a heartbeat before which nothing was said', () => {
    const { screen, progress } = piped();
    progress.feed({ kind: 'status', status: STATUS, now: NOW });
    screen.take();
    progress.heartbeat(NOW + 15_000);
    expect(screen.take()).toBe('');
    progress.heartbeat(NOW + 30_000);
    expect(screen.take()).toMatch(/^\+01:30:30 {2}still: services › stabilizing · .+ · not looked yet\n$/);
    progress.heartbeat(NOW + 45_000);
    expect(screen.take()).toMatch(/still: /);
  });

  it('takes colours only when they are demanded', () => {
    const screen = new Screen(false);
    const progress = createProgress(screen, { env: { FORCE_COLOR: '1' }, startedAt: STARTED, where: {} });
    progress.say(NOW, 'hello');
    expect(screen.take()).toBe('\u001B[2m+01:30:00\u001B[22m  hello\n');
  });
});

describe('words', () => {
  it.each([
    [0, '+00:00:00'],
    [3_599_999, '+00:59:59'],
    [360_000_000, '+100:00:00'],
    [-5, '+00:00:00'],
  ])('%d ms after the start is %s', (ms, text) => expect(elapsed(ms)).toBe(text));
});
