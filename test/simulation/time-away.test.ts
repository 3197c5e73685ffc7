import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { readWorldFacts } from '../../src/composition/world-facts.ts';
import { HOUR, MINUTE } from '../../src/core/duration.ts';
import type { SavedStep } from '../../src/durable/run-options.ts';
import { RUN_ID, CrashHarness } from '../../src/proof/crash-harness.ts';
import type { RunningController } from '../../src/proof/crash-harness.ts';
import { playOf } from '../crash/incident/play.ts';

/** The connector is being updated three minutes into the run; its update has twenty minutes. */
const IN_THE_UPDATE = 3 * MINUTE;
const play = await playOf('issue-1278');
const { startAt } = play.scenario;

describe('time in which nobody looked', () => {
  test.each([27 * MINUTE, 10 * HOUR])(
    'is given back to deadlines and windows when the run is killed and resumed %d ms later',
    { timeout: 300_000 },
    async (gap) => {
      const stage = staged(true);
      const first = stage.boot();
      void stage.clock.sleepUntil(startAt + IN_THE_UPDATE).then(() => first.life.kill());
      void stage.clock.sleepUntil(startAt + IN_THE_UPDATE + gap).then(() => stage.boot());
      await recoversWithoutEscalation(stage, 2);
    },
  );

  test('is given back when the process was stopped and goes on (SIGSTOP, SIGCONT)', { timeout: 300_000 }, async () => {
    const stage = staged(true);
    const { life } = stage.boot();
    void stage.clock.sleepUntil(startAt + IN_THE_UPDATE).then(() => life.freeze());
    void stage.clock.sleepUntil(startAt + IN_THE_UPDATE + 27 * MINUTE).then(() => life.thaw());
    await recoversWithoutEscalation(stage, 1);
    const away = (await stage.store.readJournal(RUN_ID)).filter(({ event }) => event === 'time.away');
    expect(away).toHaveLength(1);
    // Noticed before anything that lapsed meanwhile was taken up.
    const next = (await stage.store.readJournal(RUN_ID)).find(({ seq }) => seq === away[0]!.seq + 1);
    expect(next?.event.startsWith('timer.')).toBe(false);
  });

  test.each(['before', 'after'])(
    'is given back once, also when the resumed run dies right %s it has saved that',
    { timeout: 300_000 },
    async (when) => {
      let died = false;
      const saved: SavedStep[] = [];
      const stage: CrashHarness = new CrashHarness({
        ...play,
        deathIsKnown: true,
        decideAt: (what, { number }) => {
          if (died || number !== 2 || !what.startsWith(`${when} save`)) return 'go';
          died = true;
          return 'die';
        },
        onDeath: ({ number }) => void (number === 2 && stage.boot()),
        onSaved: (step, _status, { number }) => void (number === 3 && saved.push(step)),
      });
      const first = stage.boot();
      void stage.clock.sleepUntil(startAt + IN_THE_UPDATE).then(() => first.life.kill());
      await stage.clock.run(() => stage.clock.now() > startAt + IN_THE_UPDATE);
      const before = (await stage.store.load())!;
      const resumedAt = startAt + IN_THE_UPDATE + 27 * MINUTE;
      void stage.clock.sleepUntil(resumedAt).then(() => stage.boot());
      await stage.clock.run(() => stage.clock.now() > resumedAt);
      const after = saved[0]!;
      const { deadlineAt: was } = contextOf(before.snapshot);
      expect(contextOf(after.snapshot).deadlineAt - was).toBe(resumedAt - before.savedAt);
      const limit = (timers: SavedStep['timers']): number => timers.find(({ event }) => event.type.includes('CONNECTOR_LIMIT'))!.dueAt;
      expect(limit(after.timers) - limit(before.timers)).toBe(resumedAt - before.savedAt);
    },
  );

  test('is told to people, with how long it was', { timeout: 300_000 }, async () => {
    const stage = staged(true);
    const { life } = stage.boot();
    void stage.clock.sleepUntil(startAt + IN_THE_UPDATE).then(() => life.freeze());
    void stage.clock.sleepUntil(startAt + IN_THE_UPDATE + 10 * MINUTE).then(() => life.thaw());
    await stage.clock.run(() => stage.clock.now() > startAt + 20 * MINUTE);
    const { told } = await readWorldFacts(stage.simulator, play.spec.project, play.spec.region);
    expect(told.filter((text) => text.includes('nobody looked for 10 min'))).toHaveLength(1);
  });
});

describe('a clock that is set', () => {
  test('three hours forwards, in the first minute: no window is over by that, and no case is opened', { timeout: 300_000 }, async () => {
    const stage = staged(false);
    const { life } = stage.boot();
    void stage.clock.sleepUntil(startAt + 50_000).then(() => life.jumpClock(3 * HOUR));
    await stage.clock.run(() => stage.clock.now() > startAt + 30 * MINUTE);
    const { cases } = await readWorldFacts(stage.simulator, play.spec.project, play.spec.region);
    expect(cases).toEqual([]);
    expect(await events(stage)).toContain('time.away');
  });

  test('three hours back: looks go on at once', { timeout: 300_000 }, async () => {
    const stage = staged(false);
    const { life } = stage.boot();
    void stage.clock.sleepUntil(startAt + IN_THE_UPDATE).then(() => life.jumpClock(-3 * HOUR));
    await stage.clock.run(() => stage.clock.now() > startAt + IN_THE_UPDATE + 5 * MINUTE);
    const lines = await stage.store.readJournal(RUN_ID);
    const set = lines.findIndex(({ event }) => event === 'time.away');
    expect(lines[set]?.at).toBeLessThan(startAt);
    expect(lines.slice(set).filter(({ kind }) => kind === 'tick').length).toBeGreaterThanOrEqual(8);
  });
});

function staged(clocksAreTrue: boolean): CrashHarness {
  return new CrashHarness({ ...play, deathIsKnown: true, decideAt: () => 'go', clocksAreTrue });
}

function contextOf(snapshot: unknown): IncidentContext {
  return (snapshot as { readonly context: IncidentContext }).context;
}

async function events(stage: CrashHarness): Promise<readonly string[]> {
  return (await stage.store.readJournal(RUN_ID)).map(({ event }) => event);
}

async function recoversWithoutEscalation(stage: CrashHarness, lives: number): Promise<void> {
  const last = (): RunningController['ended'] | undefined => stage.actors[lives - 1]?.ended;
  const isOver = (): boolean => (last()?.end ?? last()?.failure ?? null) !== null;
  expect(await stage.clock.run(isOver, { limitAt: startAt + 24 * HOUR })).toEqual({ ended: 'done' });
  expect(last()?.failure).toBeNull();
  expect(last()?.end?.outcome).toBe('recovered');
  const context = last()!.end!.snapshot.context as IncidentContext;
  expect(context.escalation).toBeNull();
  const { cases } = await readWorldFacts(stage.simulator, play.spec.project, play.spec.region);
  expect(cases).toEqual([]);
}
