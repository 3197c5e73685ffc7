import { describe, expect, test } from 'vitest';
import type { Expected, LookInput } from '../../../machines/incident/activities.ts';
import type { AdminChange, Observation } from '../../../src/core/model/observation.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import { changedSinceStart } from '../../../src/diagnosis/changes/since-start.ts';
import { AUTH, BACKEND, NOW, wellAuth, wellBackend, wellFrontend, world } from '../fixtures.ts';

const START = NOW - 8 * 60_000;
const LATER = START + 60_000;

function asked(expected: Expected | null = null, sentTo: readonly string[] = []): LookInput {
  return { expected, intended: {}, servingSince: {}, unseen: { since: START, sentTo } };
}

/** Backend was last changed at `modifiedAt`; the admin log tells `logged`, or could not be read. */
function seeing(modifiedAt: number | null, logged: readonly AdminChange[] | null = []): Observation {
  const backend = wellBackend();
  const state = { ...backend.state, value: { ...backend.state.value!, modifiedAt, modifiedBy: 'ann@example.com' } };
  const changes = logged === null ? absent<never>('admin log') : fresh(logged, NOW, 'admin log');
  return { ...world({ services: [wellAuth(), { ...backend, state }, wellFrontend()] }), changes };
}
const byBob = (at: number): AdminChange => ({ at, actor: 'bob@example.com', method: 'UpdateService', resource: `services/${BACKEND}` });

describe('what others changed after the run was started and before it saw it', () => {
  test('is told by the service itself, at once, with who and what it is now', () => {
    const [change, ...more] = changedSinceStart(seeing(LATER), asked());
    expect(more).toEqual([]);
    expect(change).toMatchObject({ subject: `service:${BACKEND}`, actor: 'ann@example.com' });
    expect(change?.diff[0]).toContain(new Date(LATER).toISOString());
  });

  test('or by the admin log, whose word on who it was counts first', () => {
    expect(changedSinceStart(seeing(null, [byBob(LATER)]), asked())).toMatchObject([{ actor: 'bob@example.com' }]);
    expect(changedSinceStart(seeing(LATER, [byBob(LATER)]), asked())).toMatchObject([{ actor: 'bob@example.com' }]);
  });

  test('is nothing, where it is older than the run, or no time is told and no log could be read', () => {
    expect(changedSinceStart(seeing(START - 1, [byBob(START - 1)]), asked())).toEqual([]);
    expect(changedSinceStart(seeing(null, null), asked())).toEqual([]);
  });

  test('is not asked of what the run has seen before, nor of what it may have changed itself', () => {
    expect(changedSinceStart(seeing(LATER), asked({ connectors: {}, services: { [BACKEND]: '6' } }))).toEqual([]);
    expect(changedSinceStart(seeing(LATER), asked(null, [BACKEND]))).toEqual([]);
  });

  test('is asked of each service that was not readable so far', () => {
    const partly: Expected = { connectors: {}, services: { [AUTH]: '7', [BACKEND]: null } };
    expect(changedSinceStart(seeing(LATER), asked(partly))).toHaveLength(1);
  });
});
