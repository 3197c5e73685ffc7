import { expect, test } from 'vitest';
import { initialContext } from '../../machines/incident/initial-context.ts';
import { noteBefore } from '../../machines/incident/trial/trial.ts';
import type { Word } from '../../src/core/model/testimony.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from './incident-samples.ts';

const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;
const NAME = 'shop';

/** What is noted of the probes right before a write, after looks that said this, the newest last. */
function noted(...words: readonly Word[]): Word | undefined {
  const tally = { requests: null, measured: true, deaths: null, probes: words.at(-1)! };
  const witnessed = words.map((probes, index) => ({
    at: STARTED_AT + index * MINUTE,
    services: { [NAME]: { probes, requests: 'silent', deaths: 'silent', platform: 'silent', logs: 'silent' } as const },
  }));
  const context = { ...initialContext(INPUT), look: { ...SAMPLE, tallies: { [NAME]: tally } }, witnessed };
  return noteBefore({ context, event: {} }).beforeStep?.tallies[NAME]?.probes;
}

test('one failing look among well ones is a blip, and one well look among failing ones is no health', () => {
  expect(noted('well', 'well', 'well', 'well', 'ill')).toBe('well');
  expect(noted('ill', 'ill', 'ill', 'ill', 'well')).toBe('ill');
});

test('looks that told nothing count neither way: what failed when it was last asked was not well before', () => {
  expect(noted('silent', 'silent', 'silent', 'silent', 'ill')).toBe('ill');
  expect(noted('ill', 'silent', 'silent', 'silent', 'ill')).toBe('ill');
  expect(noted('well', 'silent', 'silent', 'silent', 'ill')).toBe('ill');
  expect(noted('well', 'well', 'well', 'well', 'silent')).toBe('silent');
});
