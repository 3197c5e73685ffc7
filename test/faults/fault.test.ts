import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { withPatch } from '../../src/proof/shorten-scenario.ts';
import { CrashHarness } from '../../src/proof/crash-harness.ts';
import { FAULT_LIBRARY, faultKind, faultOf } from '../../src/simulator/fault-library.ts';
import type { FaultKind } from '../../src/simulator/fault-library.ts';
import { everyNth, spread } from '../spread.ts';
import { playOf } from '../crash/incident/play.ts';

/** A run must have ended so long after its fault: the longest follow-up of a case, and an hour for the rest. */
const WITHIN = 14 * 60 * MINUTE;
const DECLARED = ['recovered', 'escalated', 'restored', 'aborted', 'refused'];

/** The order and the gates of the document, its waits cut short. */
const BRIEF = {
  spec: {
    services: [
      { name: 'netra-auth-service', stability: { healthyFor: '90s' } },
      { name: 'netra-backend-staging', stability: { healthyFor: '90s' } },
    ],
    validation: { soak: { for: '3m' } },
    escalation: { followFor: '10m' },
  },
};

/** Where a fault is met: the default incident, unless it needs another one. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'cases-503': 'regional-shortage',
  'case-lost-after': 'regional-shortage',
};

/** How an incident must end that meets this fault, where more than one end would be no news. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  'service-lost-after': ['recovered'],
  'service-lost-before': ['recovered'],
  'connector-lost-before': ['recovered'],
  'connector-lost-after': ['recovered'],
  'service-twice': ['recovered'],
  'connector-twice': ['recovered'],
  'service-409': ['recovered'],
  'connector-409': ['recovered'],
  'sink-down': ['recovered'],
  'metrics-429': ['recovered'],
  'logs-503': ['recovered'],
  'run-503': ['recovered'],
  'vpc-503': ['recovered'],
  'image-missing': ['restored'],
  // The connector itself is read again, and it is as asked.
  'operation-fails': ['recovered'],
  // The question is withdrawn once the connector is READY again.
  'connector-error': ['recovered'],
  'cases-503': ['escalated'],
  'case-lost-after': ['escalated'],
};

describe('a whole incident that meets a fault ends in a declared state, with nothing done twice', () => {
  test('the library knows at least 25 kinds, each by its own name', () => {
    const names = FAULT_LIBRARY.map(({ kind }) => kind);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(Object.keys({ ...ENDS, ...ELSEWHERE }).filter((kind) => !names.includes(kind))).toEqual([]);
  });

  // Every lost answer, and every second kind besides; all of them in fault.long.ts.
  test.each(spread(FAULT_LIBRARY, (one, index) => one.kind.includes('lost') || everyNth(2)(one, index), everyNth(5)))(
    '$kind: $what',
    { timeout: 300_000 },
    async (kind) => {
      const { outcome, unconsumed, cases, doubled } = await meet(kind);
      expect(unconsumed, 'a fault that is never met tests nothing').toEqual([]);
      expect(ENDS[kind.kind] ?? DECLARED).toContain(outcome);
      expect(cases).toBeLessThanOrEqual(1);
      expect(doubled).toEqual([]);
    },
  );

  test.each([
    { words: 'two minutes forward', byMs: 2 * MINUTE },
    { words: 'two minutes back', byMs: -2 * MINUTE },
    { words: 'an hour forward', byMs: 60 * MINUTE },
  ])('the clock is set $words in the middle of a phase', { timeout: 300_000 }, async ({ byMs }) => {
    const play = await playOf('issue-1278', (scenario) => withPatch(scenario, BRIEF));
    const stage = new CrashHarness({ ...play, deathIsKnown: true, clocksAreTrue: false, decideAt: () => 'go' });
    const { life, run } = stage.boot();
    void stage.clock.sleepUntil(play.scenario.startAt + 9 * MINUTE).then(() => life.jumpClock(byMs));
    expect((await stage.clock.run(run.done, { limitAt: play.scenario.startAt + WITHIN })).ended).toBe('done');
    expect(DECLARED).toContain((await run.done).outcome);
    expect(life.clockOffsetMs).toBe(byMs);
  });
});

/** Once: on the first write it fits, at whatever time that is. Lasting: five minutes from the second on. */
async function meet(kind: FaultKind) {
  const when = kind.lasting ? { from: windowOf(kind), for: 5 * MINUTE } : { from: 0, for: 12 * 60 * MINUTE, times: 1 };
  const play = await playOf(ELSEWHERE[kind.kind] ?? 'issue-1278', (scenario) => ({
    ...withPatch(scenario, BRIEF),
    faults: [faultOf(faultKind(kind.kind), when)],
  }));
  const stage = new CrashHarness({ ...play, deathIsKnown: true, decideAt: () => 'go' });
  const { run } = stage.boot();
  const passed = await stage.clock.run(run.done, { limitAt: play.scenario.startAt + WITHIN, explain: () => run.awaiting() });
  expect(passed).toEqual({ ended: 'done' });
  const { outcome, snapshot } = await run.done;
  const { mutations } = snapshot.context as IncidentContext;
  const keys = stage.simulator.writes().flatMap(({ body }) => changeKeyOf(body));
  return {
    outcome,
    mutations,
    unconsumed: stage.simulator.faults.unconsumed(),
    cases: stage.simulator.writes().filter(({ method, path }) => method === 'POST' && /\/cases(?:\?|$)/.test(path)).length,
    doubled: keys.filter((key, index) => keys.indexOf(key) !== index),
  };
}

/** When what it hits is asked for: the connector in the first minutes, the pin after twelve, the first deploy after thirteen. */
function windowOf({ match, kind }: FaultKind): number {
  if (match.method === 'PATCH' && kind !== 'connector-revoked') return 11 * MINUTE;
  if (kind === 'image-missing') return 13 * MINUTE;
  if (kind === 'cases-503') return 5 * MINUTE;
  return ['traffic-partial', 'service-404', 'run-slow'].includes(kind) ? 11 * MINUTE : SECOND;
}

function changeKeyOf(body: unknown): readonly string[] {
  const template = (body as { readonly template?: { readonly annotations?: Readonly<Record<string, string>> } } | null)?.template;
  const key = template?.annotations?.['firebreak.dev/change'];
  return key === undefined ? [] : [key];
}
