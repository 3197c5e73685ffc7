import { describe, expect, test } from 'vitest';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { Held, IncidentContext } from '../../machines/incident/context.ts';
import { tellIllWhileHeld } from '../../machines/incident/others/holding.ts';
import { followedWords } from '../../machines/incident/others/what-followed.ts';
import { waitingWords } from '../../machines/incident/people/waiting-told.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from './incident-samples.ts';

const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;
const SAMPLE = ANSWERS.observe(STARTED_AT)[1]!;
const SEEN = { connectors: {}, services: { backend: '2' } };
const HELD: Held = {
  by: 'ann',
  human: false,
  reason: 'service:backend was changed',
  at: T(0),
  illTold: ['backend'],
  change: { subjects: ['service:backend'], touches: [], seen: SEEN, toldAt: T(0), by: 'ann' },
};
const target = (revision: string) => ({ latest: false, revision, percent: 100, tag: null });

interface Given {
  readonly began?: number;
  readonly looks?: number;
  readonly held?: Held;
  readonly serves?: string;
}

/** Two minutes of users that began at a minute after the change; of the newer revision so many of a hundred failed, in so many looks. */
function after(failed: number, { began = 1, looks = 2, held = HELD, serves = 'backend-2' }: Given = {}): IncidentContext {
  const window = { deaths: 0, sinceAt: T(began), untilAt: T(began + 2) };
  const ill = { untilAt: T(began + 2), looks, probesIll: 0, failed, samples: 100, because: 'so', revisions: ['backend-2'] };
  const known = { lastServedAt: T(0), total: 5_000, failed: 0, deaths: 0, countedUntil: T(0) };
  return {
    ...initialContext(INPUT),
    held,
    look: {
      ...SAMPLE,
      at: T(began + 5),
      configuration: { ...SEEN, traffic: { backend: [target(serves)] } },
      gates: { 'healthy:backend': { outcome: 'fail', because: 'it is ill' } },
      served: { backend: { 'backend-2': { ...window, total: 100, failed }, 'backend-1': { ...window, total: 0, failed: 0 } } },
    },
    failing: { 'healthy:backend': 5 },
    expected: { connectors: {}, services: { backend: '1' }, traffic: { backend: [target('backend-1')] } },
    usersIll: { backend: ill },
    revisions: { backend: { 'backend-1': known } },
  };
}
const told = (context: IncidentContext, looks = 2) => {
  let now = context;
  for (let each = 0; each < looks; each += 1) now = { ...now, ...tellIllWhileHeld(now) };
  return now;
};

describe('what follows a change by others while it holds the run', () => {
  test('is told with the figures of both revisions and what each answer does, when two looks say it', () => {
    expect(told(after(40), 1).outbox).toEqual([]);
    const [words] = told(after(40), 5).outbox;
    expect(told(after(40), 5).outbox).toHaveLength(1);
    expect(words).toContain(
      'Since the change by ann (2026-01-05T03:00:00Z) users of backend fail: backend-2 fails 40 of 100 requests (40 %) (03:01–03:03)',
    );
    expect(words).toContain('backend-1, which served before it, failed 0 of 5000 requests (0 %) in the last day');
    expect(words).toContain('resume or adopt accepts the change, the run goes on and plans anew by what is seen then');
  });

  test('is told once more where it is materially another, and stands in each reminder', () => {
    const { held } = told(after(40));
    expect(told(after(45, { held: held! })).outbox).toEqual([]);
    expect(told(after(90, { held: held! })).outbox).toEqual([expect.stringContaining('backend-2 fails 90 of 100 requests')]);
    expect(waitingWords(after(40))).toContain('which served before it, failed 0 of 5000');
  });

  test('is said of the minutes before it where what serves with it failed already then, and anew of those since', () => {
    expect(followedWords(after(40, { began: -1 }))).toContain(
      'already before the change by ann was seen users of backend fail: backend-2 fails 40',
    );
    const { held } = told(after(40, { began: -1 }));
    expect(told(after(40, { held: held! })).outbox).toEqual([expect.stringContaining('Since the change by ann')]);
  });

  test.each<[string, IncidentContext]>([
    ['of a revision that the change leaves without users', after(40, { serves: 'backend-1' })],
    ['of a single look', after(40, { looks: 1 })],
    ['of a few that fail within any goal', after(1)],
    ['where a human holds the run by their own word', { ...after(40), held: { ...HELD, human: true, change: null } }],
  ])('is not said %s', (_, context) => {
    expect(followedWords(context)).toBe('');
  });
});
