import { expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { endedWords } from '../../src/controller/ended-words.ts';

const handed = (supportCase: object): string =>
  endedWords({ supportCase: supportCase as NonNullable<IncidentContext['supportCase']> }, 'escalated');

test('an incident that was handed over says who has it: the case by its name, or where its text is', () => {
  expect(handed({ name: 'projects/p/cases/1', reached: true })).toBe('Google Cloud Support has case projects/p/cases/1');
  expect(handed({ name: null, reached: true, keptAt: '/runs/case.txt' })).toBe(
    'No support case is open: a channel took its text for people, and it is kept at /runs/case.txt',
  );
  expect(handed({ name: null, reached: true, keptAt: null })).not.toContain('kept');
  expect(endedWords({ supportCase: null }, 'escalated-but-unreached')).toContain('no channel took the text');
});
