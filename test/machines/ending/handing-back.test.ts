import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { nothingWasOurs, othersIll, othersUnclear, stillIllWords, triedWords } from '../../../machines/incident/ending/handing-back.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { movesUsers } from '../../../machines/incident/trial/moves-users.ts';
import type { MutationState } from '../../../src/core/model/mutation.ts';
import { ANSWERS, INPUT, STARTED_AT } from '../incident-samples.ts';
import { SAMPLE } from '../present-ways.ts';

const CONTEXT = initialContext(INPUT);
const to = (revision: string | null, latest = false, tag: string | null = null, percent = 100) => ({ latest, revision, percent, tag });
const vector = (...traffic: readonly ReturnType<typeof to>[]): MutationState => ({
  kind: 'traffic',
  service: 'backend',
  traffic,
  generation: '1',
});

describe('what users get is another revision', () => {
  test.each([
    ['when the revision is another', vector(to('one')), vector(to('two')), true],
    ['when a share is another', vector(to('one')), vector(to('one', false, null, 90), to('two', false, 'firebreak', 10)), true],
    ['not when only a tag goes', vector(to('one'), to('two', true, 'firebreak', 0)), vector(to('one')), false],
    ['not when LATEST is spelled by the name it stands for', vector(to('one', true)), vector(to('one')), false],
    ['perhaps when what LATEST stood for is not known', vector(to(null, true)), vector(to('one')), true],
  ])('%s', (_, before, after, moved) => {
    expect(movesUsers({ before, after, outcome: 'applied' })).toBe(moved);
    expect(movesUsers({ before, after, outcome: 'already' })).toBe(false);
  });
});

describe('a run that has no step left', () => {
  const undone = { 'deploy:auth': { change: null, because: 'refused' } };
  const sent = {
    key: 'k',
    stepId: 'deploy:auth',
    title: 'Deploy auth',
    class: 'reversible' as const,
    at: STARTED_AT,
    outcome: 'applied' as const,
    before: vector(to('one')),
    after: vector(to('two')),
    operation: null,
    undo: '',
  };

  test('says that something was undone only where something was in force', () => {
    expect(triedWords({ ...CONTEXT, undone })).toBe(
      'refused; nothing of what failed was ever in force, so nothing was undone, and no other step is known to help',
    );
    expect(triedWords({ ...CONTEXT, undone, mutations: [sent] })).toMatch(/; what failed was undone, and/);
    const both = { ...undone, 'pin:backend': { change: null, because: 'refused' } };
    expect(triedWords({ ...CONTEXT, undone: both, mutations: [sent] })).toMatch(/; what failed was undone where it was in force, and/);
  });

  test('names what was left out of services that are not well', () => {
    const plan = ANSWERS.plan(STARTED_AT).find(({ steps }) => steps.some(({ id }) => id === 'pin:backend'));
    const steps = (plan?.steps ?? []).map((step) => ({ ...step, decision: 'skip' as const, reason: 'auth is ill' }));
    const left = { ...CONTEXT, undone, plan: plan === undefined ? null : { ...plan, steps } };
    const gates = (outcome: 'pass' | 'fail') => ({ ...SAMPLE, gates: { 'healthy:backend': { outcome, because: 'by the test' } } });
    expect(triedWords({ ...left, look: gates('fail') })).toMatch(/no other step is known to help \(left out: .*backend.*: auth is ill\)$/);
    expect(triedWords({ ...left, look: gates('pass') })).toMatch(/no other step is known to help$/);
  });

  test('does not say undone of what is left in force', () => {
    const kept = { 'deploy:auth': { change: null, because: 'not stable', kept: true as const } };
    expect(triedWords({ ...CONTEXT, undone: kept, mutations: [sent] })).toMatch(/^not stable; what failed is left in force, because/);
    const both = { ...kept, 'pin:backend': { change: null, because: 'worse' } };
    expect(triedWords({ ...CONTEXT, undone: both, mutations: [sent] })).toMatch(/; some of what failed is left in force/);
  });

  test('has nothing to put back where nothing was accepted, and has where something was', () => {
    expect(nothingWasOurs({ context: CONTEXT })).toBe(true);
    expect(nothingWasOurs({ context: { ...CONTEXT, mutations: [sent] } })).toBe(false);
    expect(nothingWasOurs({ context: { ...CONTEXT, mutations: [{ ...sent, end: 'put-back' }] } })).toBe(false);
  });

  const ill = (name: string): IncidentContext => ({ ...CONTEXT, undone, failing: { [`healthy:${name}`]: 3 } });

  test('looks at what is ill beside what it tried, and at what depends on that', () => {
    expect(othersIll({ context: ill('frontend') })).toBe(true);
    expect(othersIll({ context: ill('auth') })).toBe(false);
    expect(othersIll({ context: ill('backend') })).toBe(false);
    expect(othersIll({ context: { ...ill('frontend'), failing: { 'healthy:frontend': 2 } } })).toBe(false);
    expect(othersIll({ context: { ...ill('frontend'), rollback: { by: 'ann', reason: 'mine', begun: true } } })).toBe(false);
  });

  test('does not look away from what is only suspected, and does from what is silent', () => {
    const seen = (requests: 'ill' | 'silent'): IncidentContext => ({
      ...CONTEXT,
      undone,
      witnessed: [{ at: 1, services: { frontend: { probes: 'well', requests, deaths: 'silent', platform: 'silent', logs: 'silent' } } }],
    });
    expect(othersUnclear({ context: seen('ill') })).toBe(true);
    expect(othersUnclear({ context: seen('silent') })).toBe(false);
  });

  test('says at the end what users have, where that is not well', () => {
    const look = (outcome: 'pass' | 'fail' | 'inconclusive') => ({ ...SAMPLE, gates: { all: { outcome, because: '' } } });
    expect(stillIllWords({ ...CONTEXT, look: look('pass') })).toBe('');
    expect(stillIllWords({ ...CONTEXT, look: look('fail') })).toMatch(/not mended: a human is needed/);
    expect(stillIllWords({ ...CONTEXT, look: look('inconclusive') })).toMatch(/could not be seen/);
    expect(stillIllWords(CONTEXT)).toMatch(/could not be seen/);
  });
});
