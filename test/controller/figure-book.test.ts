import { beforeAll, describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import type { TickFacts } from '../../src/report/journal-facts.ts';
import type { LookFigures } from '../../src/core/model/figures.ts';
import { figuresIn } from '../../src/report/figures/figures.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { tell } from '../scenarios/rehearsed.ts';
import type { Told } from '../scenarios/rehearsed.ts';

/** Of the whole journal: what the figures may add to it. */
const MOST_GROWTH = 0.15;
const FIGURES = ['row', 'seen', 'late', 'measures', 'before', 'revisions', 'byRevision', 'logKinds', 'logs'];
/** And the moments: when a change was sent, and until when a state may last. */
const MOMENTS = ['sentAt', 'until'];

let told: Told;
beforeAll(async () => {
  told = await tell(readScenario('issue-1278'));
}, 300_000);

const looks = (): readonly (TickFacts & Partial<LookFigures>)[] =>
  told.rehearsed.lines.filter(({ event }) => event === 'observe.done').map(({ data }) => data as TickFacts & Partial<LookFigures>);

describe('the figures of a run', () => {
  test('make its journal no longer than by 15 %, with the moments beside them', () => {
    const size = (data: unknown): number => Buffer.byteLength(JSON.stringify(data));
    const bare = told.rehearsed.lines.map(({ data, ...line }) => ({
      ...line,
      data: Object.fromEntries(
        Object.entries((data ?? {}) as object).flatMap(([field, value]) => {
          if ([...FIGURES, ...MOMENTS].includes(field)) return [];
          return [
            [field, field === 'whys' ? (value as { why: string; because: string }[]).map(({ why, because }) => ({ why, because })) : value],
          ];
        }),
      ),
    }));
    expect(size(told.rehearsed.lines) / size(bare) - 1).toBeLessThanOrEqual(MOST_GROWTH);
    expect(size(told.rehearsed.lines)).toBeGreaterThan(size(bare));
  });

  test('stand beside every look, and what they mean in the line that begins the run', () => {
    expect(looks().every(({ row }) => Array.isArray(row))).toBe(true);
    expect(looks().every(({ measures }) => measures === undefined)).toBe(true);
    expect(figuresIn(told.rehearsed.lines.slice(0, 1)).measures?.rehearsal).toEqual({ scenario: 'issue-1278', seed: 1278 });
    expect(looks().flatMap(({ before }, index) => (before === undefined ? [] : [index]))).toEqual([0]);
  });

  test('say what a part is only when that has changed', () => {
    const backend = figuresIn(told.rehearsed.lines).seen.filter(({ part }) => part === 'service:netra-backend-staging');
    expect(backend.length).toBeGreaterThan(1);
    expect(backend.every(({ words }, index) => words !== backend[index - 1]?.words)).toBe(true);
  });

  test('go past the statechart: what it remembers holds none', () => {
    const { look } = told.rehearsed.end.snapshot.context as IncidentContext;
    expect(look).not.toBeNull();
    expect(Object.keys(look!).filter((field) => FIGURES.includes(field))).toEqual([]);
  });

  test('can be read back by part and column', () => {
    const { measures, looks: read, before } = figuresIn(told.rehearsed.lines);
    expect(measures?.goals.p95Ms).toBe(2_000);
    expect(read[0]?.parts['service:netra-auth-service']?.['failed']).toBeGreaterThan(0);
    expect(read.at(-1)?.parts['service:netra-auth-service']?.['failed']).toBe(0);
    expect(before.filter(({ service }) => service === 'netra-frontend-staging').length).toBeGreaterThan(6);
  });
});
