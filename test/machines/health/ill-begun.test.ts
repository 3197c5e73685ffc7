import { describe, expect, test } from 'vitest';
import type { Look } from '../../../machines/incident/activities.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { tellIllBegun } from '../../../machines/incident/health/ill-begun.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { isRepetition } from '../../../machines/incident/people/budget.ts';
import type { Statement, Testimony } from '../../../src/core/model/testimony.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;
const well = (because: string): Statement => ({ word: 'well', because, samples: 600 });
const ill = (because: string, more: Partial<Statement> = {}): Statement => ({ word: 'ill', because, samples: 600, ...more });

interface Seen {
  /** By revision: how many of 300 failed; missing: one alone serves. */
  readonly failed?: Readonly<Record<string, number>>;
  readonly probes: 'ill' | 'well';
  readonly requests?: Statement;
  /** How long before the look the figures of users end. */
  readonly lateMs?: number;
}

/** Looks of every half minute of a service that is only watched. */
function told(looks: readonly Seen[], more: Partial<IncidentContext> = {}): readonly (readonly string[])[] {
  let context: IncidentContext = {
    ...initialContext(INPUT),
    plan: { hash: '', madeAt: 0, observedAt: 0, steps: [], notes: [], question: null },
    ...more,
  };
  return looks.map(({ probes, requests = well('0 of 600 requests failed'), lateMs = 3 * MINUTE, failed }, index) => {
    const at = STARTED_AT + index * 0.5 * MINUTE;
    const said = { probes: probes === 'ill' ? ill('0 of 1 probes well') : well('1 of 1 probes well'), requests };
    const testimony = { shop: { ...said, deaths: well(''), platform: well(''), logs: well('') } satisfies Testimony };
    const window = { total: 600, failed: 0, deaths: 0, sinceAt: 0, untilAt: at - lateMs };
    const parts = Object.entries(failed ?? {}).map(([name, count]) => [name, { ...window, total: 300, failed: count }] as const);
    const served = { shop: failed === undefined ? { 'shop-1': window } : Object.fromEntries(parts) };
    const outcome = probes === 'ill' ? ('fail' as const) : ('pass' as const);
    const look: Look = {
      ...SAMPLE,
      at,
      testimony,
      served,
      gates: { 'healthy:shop': { outcome, because: '' } },
    };
    const words = { probes: said.probes.word, requests: requests.word, deaths: 'well', platform: 'well', logs: 'well' } as const;
    const seen = { ...context, look, outbox: [], witnessed: [...context.witnessed, { at, services: { shop: words } }] };
    context = { ...seen, ...tellIllBegun(seen) };
    return context.outbox;
  });
}

const PROBES: Seen = { probes: 'ill' };
const WELL: Seen = { probes: 'well' };
const instants = (all: readonly (readonly string[])[]): readonly number[] =>
  all.flatMap((words, index) => (words.length > 0 ? [index] : []));

describe('what begins to fail while it is only watched', () => {
  test('is told in the third look that shows it, since when, and until when figures of users go', () => {
    const all = told([WELL, WELL, WELL, PROBES, PROBES, PROBES, PROBES]);
    expect(instants(all)).toEqual([5]);
    expect(all[5]?.[0]).toContain(
      'ill since about 03:01: shop fails in 3 of the last 5 looks, the newest of 2026-01-05T03:02:30Z: 0 of 1 probes well; of users, figures until 02:59: 0 of 600 requests failed.',
    );
  });

  test('is told since the first minute in which its users failed', () => {
    const requests = ill('300 of 600 requests failed', { minutes: [STARTED_AT - MINUTE, STARTED_AT] });
    const all = told([
      { probes: 'well', requests },
      { probes: 'well', requests },
      { probes: 'well', requests },
    ]);
    expect(all[2]?.[0]).toContain('ill since about 02:58: shop fails in 3 of the last 3 looks');
  });

  test('names the revision that fails where several serve', () => {
    const seen: Seen = { probes: 'well', requests: ill('90 of 600 requests failed'), failed: { 'shop-1': 0, 'shop-2': 90 } };
    expect(told([seen, seen, seen])[2]?.[0]).toContain('90 of 600 requests failed; by revision: shop-2 90 of 300, shop-1 0 of 300. It is');
  });

  test.each<[string, readonly Seen[]]>([
    ['one failing probe', [WELL, WELL, PROBES, WELL, WELL, WELL]],
    ['two failing probes', [WELL, PROBES, WELL, PROBES, WELL, WELL]],
    [
      'probes alone, where users counted in the same time are served',
      Array.from({ length: 8 }, () => ({ probes: 'ill' as const, lateMs: -2 * MINUTE })),
    ],
    ['what was over when it could have been told', [PROBES, PROBES, WELL, WELL, WELL]],
  ])('is not told of %s', (_, looks) => {
    expect(instants(told(looks))).toEqual([]);
  });

  test('is told to be over once, and not anew within a quarter of an hour', () => {
    const calm = Array.from({ length: 6 }, () => WELL);
    const all = told([PROBES, PROBES, PROBES, ...calm, PROBES, PROBES, PROBES, ...calm]);
    expect(instants(all)).toEqual([2, 7]);
    expect(all[7]?.[0]).toContain('ill no longer: shop is not seen to fail in 5 looks');
  });

  test.each<[string, Partial<IncidentContext>]>([
    ['a human holds the run', { held: { by: 'ann', reason: 'me', at: STARTED_AT, change: null, human: true } }],
    ['people are asked', { askedAt: STARTED_AT }],
    [
      'the plan waits for more looks',
      { plan: { hash: '', madeAt: 0, observedAt: 0, steps: [], notes: [], question: null, awaits: 'more' } },
    ],
    ['no plan is made yet', { plan: null }],
  ])('is left to other words while %s', (_, more) => {
    expect(instants(told([PROBES, PROBES, PROBES, PROBES], more))).toEqual([]);
  });

  test('is no repetition of what was told an hour ago', () => {
    const [words = ''] = told([PROBES, PROBES, PROBES])[2] ?? [];
    const context = { ...initialContext(INPUT), outbox: [words] };
    const toldLately = [{ shape: words.replaceAll(/\d+/g, '#').slice(0, 160), at: STARTED_AT }];
    expect(isRepetition({ context: { ...context, toldLately }, event: { at: STARTED_AT + MINUTE } })).toBe(false);
  });
});
