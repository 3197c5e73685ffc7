import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/duration.ts';
import { verifyJournal } from '../../../src/durable/journal.ts';
import { runWithCrashes, START } from './crash-run.ts';
import type { CrashReport, CrashScenario } from './crash-run.ts';

type Course = Omit<CrashScenario, 'crashAt'>;

const COURSES: readonly (Course & { readonly name: string; readonly outcome: string; readonly endsAfterMs: number })[] = [
  { name: 'recovers after two failures', failures: 2, minutesAllowed: 120, outcome: 'recovered', endsAfterMs: 15 * SECOND + 5 * MINUTE },
  {
    name: 'reaches its deadline while it waits to be stable',
    failures: 3,
    minutesAllowed: 5.2,
    outcome: 'escalated',
    endsAfterMs: 5.2 * MINUTE,
  },
  { name: 'reaches its deadline between two attempts', failures: 9, minutesAllowed: 0.2, outcome: 'escalated', endsAfterMs: 0.2 * MINUTE },
  { name: 'gives up after its last attempt', failures: 9, minutesAllowed: 120, outcome: 'escalated', endsAfterMs: 45 * SECOND },
];

/** Everything that a crash must not change. */
function essence({ ended, outcome, timeline, world, endAt, unsaved, left, lease }: CrashReport) {
  return { ended, outcome, timeline, effects: world.effects, endAt, unsaved, left, lease };
}

describe.each(COURSES)('a run that $name', ({ name: _name, outcome, endsAfterMs, ...course }) => {
  it('ends as it should when nothing happens to it', async () => {
    const calm = await runWithCrashes({ ...course, crashAt: new Set() });
    expect(calm).toMatchObject({ ended: 'done', outcome, boots: 1, unsaved: [], left: [], lease: null });
    expect(calm.endAt - START).toBe(endsAfterMs);
    expect(new Set(calm.world.calls).size).toBe(calm.world.calls.length);
    expect(verifyJournal(calm.journal).ok).toBe(true);
  });

  it('has the same timeline, effects, keys and end when it dies at any boundary', async () => {
    const calm = await runWithCrashes({ ...course, crashAt: new Set() });
    for (let boundary = 1; boundary <= calm.boundaries; boundary++) {
      const crashed = await runWithCrashes({ ...course, crashAt: new Set([boundary]) });
      expect(crashed.boots, `boundary ${boundary}`).toBe(2);
      expect(essence(crashed), `boundary ${boundary}`).toEqual(essence(calm));
      expect(verifyJournal(crashed.journal), `boundary ${boundary}`).toMatchObject({ ok: true });
    }
  }, 300_000);

  it('has them too when it dies again and again', async () => {
    const calm = await runWithCrashes({ ...course, crashAt: new Set() });
    const boundaries = fc.uniqueArray(fc.integer({ min: 1, max: Math.round(calm.boundaries * 1.3) }), { minLength: 1, maxLength: 25 });
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(boundaries, async (crashAt) => {
        const crashed = await runWithCrashes({ ...course, crashAt: new Set(crashAt) });
        crashes += crashed.boots - 1;
        expect(essence(crashed)).toEqual(essence(calm));
        expect(verifyJournal(crashed.journal)).toMatchObject({ ok: true });
      }),
      { numRuns: 60, seed: 1278 },
    );
    expect(crashes).toBeGreaterThan(60);
  }, 300_000);
});

describe('a run that was down for a while', () => {
  const course = { failures: 3, minutesAllowed: 5.2 };

  it('keeps its absolute deadline, or meets it at once when that has passed meanwhile', async () => {
    const calm = await runWithCrashes({ ...course, crashAt: new Set() });
    for (let boundary = 1; boundary <= calm.boundaries; boundary += 7) {
      const down = await runWithCrashes({ ...course, crashAt: new Set([boundary]), downMs: 2 * MINUTE });
      const rebornAt = down.journal.find((line) => line.event === 'run.resumed')?.at ?? START;
      expect(down.outcome, `boundary ${boundary}`).toBe('escalated');
      // Reborn before anything was saved, it starts anew: then 2 minutes of it are gone, and its deadline is what the input says.
      expect(down.endAt, `boundary ${boundary}`).toBe(Math.max(START + 5.2 * MINUTE, rebornAt));
    }
  }, 300_000);

  it('fires what is overdue in the order in which it was due', async () => {
    const calm = await runWithCrashes({ ...course, crashAt: new Set() });
    const down = await runWithCrashes({ ...course, crashAt: new Set([Math.round(calm.boundaries / 2)]), downMs: 60 * MINUTE });
    const reborn = down.journal.findIndex((line) => line.event === 'run.resumed');
    const due = down.journal
      .slice(reborn)
      .filter((line) => line.event.startsWith('timer.'))
      .map((line) => (line.data as { dueAt: number }).dueAt);
    expect(due.length).toBeGreaterThan(1);
    expect(due).toEqual([...due].sort((one, other) => one - other));
  });
});

describe('commands during crashes', () => {
  const course: Course = {
    failures: 2,
    minutesAllowed: 120,
    commands: [
      { afterMs: 7 * SECOND, event: { type: 'HOLD' } },
      { afterMs: 33 * SECOND, event: { type: 'NOTE', text: 'seen' } },
      { afterMs: 61 * SECOND, event: { type: 'RESUME' } },
      { afterMs: 90 * SECOND, event: { type: 'DANCE' } },
    ],
  };

  it('have their consequence exactly once, wherever the run dies', async () => {
    const calm = await runWithCrashes({ ...course, crashAt: new Set() });
    const heard = (report: CrashReport) => report.journal.filter((line) => line.kind === 'command').map((line) => line.event);
    expect(heard(calm)).toEqual(['HOLD', 'NOTE', 'RESUME', 'DANCE not accepted']);
    for (let boundary = 1; boundary <= calm.boundaries; boundary += 3) {
      const crashed = await runWithCrashes({ ...course, crashAt: new Set([boundary, boundary + 40]) });
      expect(heard(crashed), `boundary ${boundary}`).toEqual(heard(calm));
      expect(crashed, `boundary ${boundary}`).toMatchObject({ outcome: 'recovered', left: [], endAt: calm.endAt });
    }
  }, 300_000);
});
