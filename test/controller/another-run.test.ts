import { describe, expect, it } from 'vitest';
import { anotherRun, runInWords } from '../../src/controller/activities/another-run.ts';
import { configurationOf } from '../../src/controller/activities/foreign-change-diff.ts';
import { ServiceHistory } from '../../src/controller/activities/service-history.ts';
import { changeKeyOf } from '../../src/core/change-key.ts';
import { service, serviceState, world } from '../diagnosis/builders.ts';

const keyOf = (runId: string): string => changeKeyOf({ runId, stepId: 'deploy:auth', planHash: 'abcdef0123456789', round: 0 });

/** A look before, by which the run knows the service, and one after a change. */
function between(before: string | null, after: string | null, knows = true): string | null {
  const was = serviceState('auth', [], [], { generation: '4', changeKey: before });
  const is = serviceState('auth', [], [], { generation: '5', changeKey: after });
  const seen = new ServiceHistory();
  if (knows) seen.note(was);
  const expected = configurationOf(world({ services: [service({ state: was })] }));
  const now = world({ services: [service({ state: is })] });
  return anotherRun('service:auth', { expected, now, seen, runId: 'ours-1' });
}

describe('a change of a service', () => {
  it('that carries the key of another run is by that run', () => {
    expect(between(null, keyOf('theirs-2'))).toBe('theirs-2');
    expect(between(keyOf('ours-1'), keyOf('theirs-2'))).toBe('theirs-2');
  });

  it.each([
    ['an old key says nothing of a change that came later', keyOf('theirs-2'), keyOf('theirs-2')],
    ['our own key is not of another', null, keyOf('ours-1')],
    ['without a key nobody is named', keyOf('theirs-2'), null],
    ['what is no key of a change names nobody', null, 'something else'],
  ])('%s', (_what, before, after) => {
    expect(between(before, after)).toBeNull();
  });

  it('is not put down to a run where what stood before was never seen', () => {
    expect(between(null, keyOf('theirs-2'), false)).toBeNull();
  });

  it('is told with the account, where that is known', () => {
    expect(runInWords('theirs-2', 'f@p.iam.gserviceaccount.com')).toBe('another Firebreak run (theirs-2, as f@p.iam.gserviceaccount.com)');
    expect(runInWords('theirs-2', null)).toBe('another Firebreak run (theirs-2)');
  });
});
