import { describe, expect, it } from 'vitest';
import { ASKING, HELD, NOW, STATUS } from '../support/console.ts';
import { JOURNAL, UTF8, look, playing, shown } from './playing.ts';

describe('the block below the milestones', () => {
  it('at 80 columns is the time first, then where, the curves, how old the look is, and what follows', () => {
    expect(shown(80)).toMatchInlineSnapshot(`
      [
        "+00:00:00  run started",
        "+00:03:26  now: services",
        "WORKING 3m 5s left (until 14:33:05Z) · services › stabilizing: 5m of unbroken…",
        "● assess ─ – capacity ─ ▶ services ─ ○ prove ─ ○ proven",
        "services up    ▆▆▆▆▆████████████████████  3 of 3",
        "server errors  ▃▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  0 % of 732 requests, 2m old  goal 1 %",
        "p95 latency    ▃▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  195ms, 2m old  goal 1s",
        "connector cpu  ▃▃▃▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂  9 %, 1m old  goal below 70 %",
        "looked 4s ago · 2 of 2 gates pass",
        "then: deploying the next service",
      ]
    `);
  });

  it('at 120 columns has room for more words', () => {
    expect(shown(120)).toMatchInlineSnapshot(`
      [
        "+00:00:00  run started",
        "+00:03:26  now: services",
        "WORKING 3m 5s left (until 14:33:05Z) · services › stabilizing: 5m of unbroken health",
        "● assess ─ – capacity ─ ▶ services ─ ○ prove ─ ○ proven",
        "services up    ··········▆▆▆▆▆▆▆▆▆▆████████████████████  3 of 3",
        "server errors  ██▇▇▇▆▆▆▅▅▅▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  0 % of 732 requests, 2m old  goal 1 %",
        "p95 latency    ██▇▇▇▆▆▆▅▅▅▄▄▄▃▃▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  195ms, 2m old  goal 1s",
        "connector cpu  ██▇▇▇▆▆▆▅▅▅▄▄▄▄▃▃▃▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂  9 %, 1m old  goal below 70 %",
        "looked 4s ago · 2 of 2 gates pass",
        "then: deploying the next service",
      ]
    `);
  });

  it('at 60 columns keeps the time, the figures with their age, and the age of the look', () => {
    const lines = shown(60);
    expect(lines).toMatchInlineSnapshot(`
      [
        "+00:00:00  run started",
        "+00:03:26  now: services",
        "WORKING 3m 5s left (until 14:33:05Z) · services › stabiliz…",
        "● assess ─ – capacity ─ ▶ services ─ ○ prove ─ ○ proven",
        "services up    ▆▆▆▆▆▆▆▆▆████████████████████  3 of 3",
        "server errors  ▄▄▃▃▃▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  0 %, 2m old",
        "p95 latency    ▄▄▄▃▃▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  195ms, 2m old",
        "connector cpu  ▄▄▄▄▃▃▃▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂  9 %, 1m old",
        "looked 4s ago · 2 of 2 gates pass",
        "then: deploying the next service",
      ]
    `);
    expect(Math.max(...lines.map((each) => each.length))).toBeLessThanOrEqual(59);
  });

  it('where the locale is not UTF-8 holds ASCII alone', () => {
    const lines = shown(80, STATUS, { env: { LANG: 'C', NO_COLOR: '1' } });
    expect(lines).toMatchInlineSnapshot(`
      [
        "+00:00:00  run started",
        "+00:03:26  now: services",
        "WORKING 3m 5s left (until 14:33:05Z) - services > stabilizing: 5m of unbroken~",
        "* assess - / capacity - > services - o prove - o proven",
        "services up    +++++####################  3 of 3",
        "server errors  :..._____________________  0 % of 732 requests, 2m old  goal 1 %",
        "p95 latency    :..._____________________  195ms, 2m old  goal 1s",
        "connector cpu  :::......................  9 %, 1m old  goal below 70 %",
        "looked 4s ago - 2 of 2 gates pass",
        "then: deploying the next service",
      ]
    `);
    expect(lines.slice(2).join('')).toMatch(/^[\u0020-\u007E]*$/);
  });

  it('counts down what is being proven, to an instant that is a lower bound, and says what comes if it is not had', () => {
    const proof = { healthyMs: 750_000, wantedMs: 1_800_000, earliest: '2025-09-16T14:47:30.000Z' };
    const states = ['working.runbook.proving.soaking'];
    const waiting = [{ for: 'the soak', owner: 'services', until: '2025-09-16T18:00:00.000Z', then: 'The run writes no more' }];
    const lines = shown(120, { ...STATUS, states, waiting, proof });
    expect(lines).toContain('WORKING 17m 30s left at least (14:47:30Z) · proving › soaking: 12m 30s of 30m healthy without a break');
    expect(lines).toContain('if not so by 18:00:00Z: The run writes no more');
  });

  it.each([
    [
      'asks',
      ASKING,
      'NEEDS YOU 26m left (until 14:56:00Z) · assessing › awaiting approval: issue-1278: staging-connector',
      'unanswered: the run is aborted',
    ],
    ['is held', HELD, 'NEEDS YOU 3m 5s left (until 14:33:05Z) · services › stabilizing, held: 5m of unbroken health', 'then: deploying'],
  ])('says that a human is needed when it %s, until when, and what follows without one', (_what, changes, state, next) => {
    const lines = shown(120, { ...STATUS, ...changes });
    expect(lines.find((each) => each.startsWith('NEEDS YOU'))).toContain(state);
    expect(lines.at(-1)).toContain(next);
  });

  it('says of a rehearsal that it is one', () => {
    expect(shown(100, STATUS, { where: null })).toContainEqual(expect.stringMatching(/^REHEARSING 3m 5s left/));
  });

  it('in a low window keeps the state and the age of the look', () => {
    const lines = shown(80, STATUS, { rows: 3 });
    expect(lines.slice(-2)).toEqual([expect.stringMatching(/^WORKING 3m 5s left/), 'looked 4s ago · 2 of 2 gates pass']);
  });

  it('shows what was not measured as a gap and as unknown, never as zero', () => {
    const { screen, progress, tell } = playing(100);
    progress.feed({ kind: 'journal', line: JOURNAL[0]! });
    const none = { up: null, errors: null, p95: null, cpu: null };
    for (const at of [NOW - 64_000, NOW - 34_000])
      progress.feed({ kind: 'journal', line: look(at, none, { connector: 'error: 503', 'healthy:web': 'fail: died' }) });
    tell(STATUS);
    expect(screen.lines).toContainEqual(expect.stringMatching(/^server errors +·· +not measured$/));
    expect(screen.lines).toContain('looked 34s ago · 0 of 2 gates pass; FAIL healthy:web: died; not known connector: 503');
  });

  it('colours by goodness, what is too old to speak of now as unknown, and nothing with NO_COLOR', () => {
    const styled = (env: Readonly<Record<string, string>>, now: number): string => {
      const { screen, progress, tell } = playing(100, { env: env as typeof UTF8 });
      for (const each of JOURNAL) progress.feed({ kind: 'journal', line: each });
      screen.styles.length = 0;
      tell(STATUS, now);
      return screen.styles.join('');
    };
    expect(styled(UTF8, NOW)).toBe('');
    const colours = { LANG: 'C.UTF-8' };
    expect(styled(colours, NOW)).not.toMatch(/\u001B\[3[13]m/);
    expect(styled(colours, NOW)).toContain('\u001B[32m');
    expect(styled(colours, NOW + 1_200_000).match(/\u001B\[33m/g)).toHaveLength(4);
  });

  it('neutralises what comes from outside, and counts wide signs as two columns', () => {
    const status = {
      ...STATUS,
      waiting: [{ ...STATUS.waiting[0]!, for: `\u001B[2J\u202E負荷が高い ${'長'.repeat(80)}`, then: 'a\r\nb\u0007' }],
    };
    const lines = shown(80, status);
    expect(lines).toContainEqual(expect.stringMatching(/^WORKING 3m 5s left .*負荷が高い 長+…$/));
    expect(lines.at(-1)).toBe('then: a b');
  });
});
