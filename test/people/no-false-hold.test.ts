import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/duration.ts';
import type { Lease } from '../../src/ports/store.ts';
import { CrashHarness } from '../../src/proof/crash-harness.ts';
import { listScenarios } from '../../src/simulator/scenario.ts';
import { playOf } from '../crash/incident/play.ts';
import { everyNth, spread } from '../spread.ts';
import { held, perform } from './theatre.ts';

/** I2 the other way round: what the run does itself never looks like somebody else's work. */
describe('nobody but the run changes anything', () => {
  /** Every scenario in no-false-hold.long.ts. */
  test.each(spread(listScenarios(), everyNth(3), everyNth(9)).map(({ name }) => name))(
    '%s: the run is never held',
    { timeout: 300_000 },
    async (scenario) => {
      const run = await perform({ scenario, people: [] });
      expect(run.shown.filter(({ status, at }) => held(status, at))).toEqual([]);
    },
  );

  test.each([
    ['answers that are lost after the write', { lostAfterCommit: true as const }],
    ['requests that never arrive', { lostBefore: true as const }],
    ['writes that take half a minute', { delay: 29 * SECOND }],
    ['writes that are not answered in time', { delay: 40 * SECOND }],
    ['conflicts', { status: 409, statusText: 'ABORTED', message: 'Conflict' }],
    ['refusals for now', { status: 503, statusText: 'UNAVAILABLE', message: 'later' }],
  ])('%s: the run is never held', { timeout: 300_000 }, async (_what, answer) => {
    const faults = ['/v1/**/connectors/*', '/v2/**/services/*'].map((path) => ({
      id: path,
      match: { method: 'PATCH', path },
      times: 2,
      answer,
    }));
    const run = await perform({ people: [], change: (scenario) => ({ ...scenario, faults }) });
    expect(run.shown.filter(({ status, at }) => held(status, at))).toEqual([]);
    expect(run.stage.simulator.faults.unconsumed()).toEqual([]);
  });

  test(
    'reads that fail right after a lost answer: the run is never held, and knows the write for its own',
    { timeout: 300_000 },
    async () => {
      const change = (path: string): readonly object[] => [
        { id: `lost ${path}`, match: { method: 'PATCH', path }, times: 1, answer: { lostAfterCommit: true } },
      ];
      const faults = [
        ...change('/v2/**/services/*'),
        { id: 'reads', match: { method: 'GET', path: '/v2/**/services/*' }, from: 5 * MINUTE, for: 40 * SECOND, answer: { status: 503 } },
      ];
      const run = await perform({ people: [], change: (scenario) => ({ ...scenario, faults: faults as typeof scenario.faults }) });
      expect(run.shown.filter(({ status, at }) => held(status, at))).toEqual([]);
      expect(run.outcome).toBe('recovered');
    },
  );

  test('killed again and again, at another place in each life: the run is never held', { timeout: 300_000 }, async () => {
    const play = await playOf('issue-1278');
    for (const stride of [7, 13, 31]) {
      let points = 0;
      let wasHeld = false;
      const stage: CrashHarness = new CrashHarness({
        ...play,
        deathIsKnown: true,
        decideAt: () => ((points += 1) % stride === 0 && stage.actors.length < 40 ? 'die' : 'go'),
        onDeath: () => void stage.boot(),
        onSaved: (_saved, status) => void (wasHeld ||= held(status, 0)),
      });
      stage.boot();
      const ended = (): string | undefined => stage.actors.at(-1)?.ended.end?.outcome;
      await stage.clock.run(() => ended() !== undefined, { limitAt: play.scenario.startAt + 24 * HOUR });
      expect({ stride, wasHeld, outcome: ended() }).toEqual({ stride, wasHeld: false, outcome: 'recovered' });
    }
  });
});

describe('a clock that is set', () => {
  test.each([2 * MINUTE, 10 * MINUTE, 3 * HOUR, -10 * MINUTE])(
    'by %d ms in the middle: no write leaves under a lease that is over by that clock, and the run ends in a declared state',
    { timeout: 300_000 },
    async (jump) => {
      const play = await playOf('issue-1278');
      let jumped = false;
      const writes: { readonly now: number; readonly lease: Promise<Lease | null> }[] = [];
      const stage: CrashHarness = new CrashHarness({
        ...play,
        deathIsKnown: true,
        clocksAreTrue: false,
        watcher: {
          onRequest: ({ method }, life) => {
            if (jumped && method === 'PATCH') writes.push({ now: stage.clock.now() + life.clockOffsetMs, lease: stage.store.readLease() });
          },
        },
        decideAt: (what, life) => {
          if (!jumped && what.startsWith('after save') && stage.simulator.writes().length === 2) {
            jumped = true;
            life.jumpClock(jump);
          }
          return 'go';
        },
      });
      const { run, ended } = stage.boot();
      const passed = await stage.clock.run(run.done, { limitAt: play.scenario.startAt + 24 * HOUR });
      expect(passed.ended).toBe('done');
      expect(ended.failure).toBeNull();
      expect(['recovered', 'restored', 'escalated']).toContain(ended.end?.outcome);
      expect(jumped).toBe(true);
      for (const { now, lease } of writes) expect((await lease)?.expiresAt).toBeGreaterThan(now);
    },
  );
});
