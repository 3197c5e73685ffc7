import { expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { endedWords } from '../../src/controller/ended-words.ts';

const handed = (supportCase: object): string =>
  endedWords({ supportCase: supportCase as NonNullable<IncidentContext['supportCase']>, look: null }, 'escalated');

test('an incident that was handed over says who has it: the case by its name, or where its text is', () => {
  expect(handed({ name: 'projects/p/cases/1', reached: true })).toBe('Google Cloud Support has case projects/p/cases/1');
  expect(handed({ name: null, reached: true, keptAt: '/runs/case.txt' })).toBe(
    'No support case is open: a channel took its text for people, and it is kept at /runs/case.txt',
  );
  expect(handed({ name: null, reached: true, keptAt: null })).not.toContain('kept');
  expect(endedWords({ supportCase: null, look: null }, 'escalated-but-unreached')).toContain('no channel took the text');
});

const over = (count: number): string =>
  endedWords(
    { supportCase: null, look: { indicators: { turnedAway: { count, of: 1_200, sinceAt: 0, untilAt: 1 } } } as IncidentContext['look'] },
    'recovered',
  );

test('what is over is called proven only where hardly any of its users were answered 429', () => {
  expect(over(480)).toBe(
    'Every gate passed to the end of the soak, but 480 of 1200 requests (40 %) were answered 429: that this is right is not proven',
  );
  expect(over(4)).toBe('Proven healthy to the end of the soak');
});
