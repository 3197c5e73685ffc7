import { describe, expect, test } from 'vitest';
import { requireSingleWriter } from '../../../src/cli/runs/single-writer.ts';
import type { Lease, RunStatus } from '../../../src/ports/store.ts';
import { SPEC } from '../../diagnosis/builders.ts';
import { Console, drivenRun, NOW, OWNER, RECORD } from '../support/console.ts';

const PLACE = `${SPEC.project}/${SPEC.region}`;
const OWN = { ...SPEC, name: 'ours' };
const BACKEND = 'service:netra-backend-staging';

async function beside(
  status: Partial<RunStatus>,
  { target = `${PLACE}/theirs`, ours = null, clock }: { target?: string; ours?: Lease | null; clock?: string | null } = {},
): Promise<string | null> {
  const terminal = new Console();
  await drivenRun(terminal.store(target), { status, ...(clock === undefined ? {} : { owner: { clock } }) });
  return requireSingleWriter(OWN, { state: 'state' }, terminal.deps(), ours).then(
    () => null,
    (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
  );
}

const leased = (acquiredAt: number): Lease => ({ epoch: 1, owner: OWNER, acquiredAt, expiresAt: acquiredAt + 60_000 });

describe('one hand on a thing', () => {
  test('a run is refused while another one that is driven may write the same service, and is told who and since when', async () => {
    expect(await beside({ writes: [BACKEND] })).toMatch(
      /^netra-backend-staging is in the hands of run run-1 \(.*\/theirs\) since 2025-09-16T13:00:00.000Z, driven by execution firebreak-x1 on job-1$/,
    );
  });

  test('the plan of an older version tells what it may write', async () => {
    const step = { title: '', state: 'to do', reason: '' } as const;
    expect(await beside({ plan: { hash: 'a', steps: [{ ...step, id: 'deploy:netra-backend-staging' }] } })).toContain('in the hands of');
    expect(await beside({ plan: { hash: 'a', steps: [{ ...step, id: 'deploy:other' }] } })).toBeNull();
  });

  test('a run that writes other things, has ended, or is elsewhere does not matter', async () => {
    expect(await beside({ writes: ['service:other'] })).toBeNull();
    expect(await beside({ writes: [BACKEND], outcome: 'recovered' })).toBeNull();
    expect(await beside({ writes: [BACKEND] }, { target: 'elsewhere/us-central1/theirs' })).toBeNull();
  });

  test('two documents that call one service by different regions of their own name the same thing', async () => {
    const target = `${SPEC.project}/us-east1/theirs`;
    expect(await beside({ writes: [`${BACKEND}@${SPEC.region}`] }, { target })).toContain('in the hands of');
    expect(await beside({ writes: [BACKEND] }, { target })).toBeNull();
    expect(await beside({ writes: [`${BACKEND}@us-east1`] })).toBeNull();
  });

  test('a run of another cloud, by the clock of a simulator, does not matter', async () => {
    expect(await beside({ writes: [BACKEND] }, { clock: 'http://127.0.0.1:1' })).toBeNull();
  });

  test('of two that began side by side only the later one yields', async () => {
    expect(await beside({ writes: [BACKEND] }, { ours: leased(NOW + 1) })).toContain('in the hands of');
    expect(await beside({ writes: [BACKEND] }, { ours: leased(NOW - 1) })).toBeNull();
    expect(await beside({ writes: [BACKEND] }, { ours: leased(NOW) })).toBeNull();
    expect(await beside({ writes: [BACKEND] }, { ours: leased(NOW), target: `${PLACE}/alphabetically-first` })).toContain(
      'in the hands of',
    );
  });
});

describe('what a lease claims', () => {
  const besideLease = async (owner: Partial<Lease['owner']>, ours: Lease | null = null, now = NOW): Promise<string | null> => {
    const terminal = new Console();
    const store = terminal.store(`${PLACE}/theirs`);
    const { lease } = await store.acquireLease({ ...OWNER, ...owner }, now, 60_000);
    await store.save({ ...RECORD, epoch: lease.epoch });
    return requireSingleWriter(OWN, { state: 'state' }, terminal.deps(), ours).then(
      () => null,
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    );
  };

  test('is in other hands before its run has said a word', async () => {
    expect(await besideLease({ writes: [BACKEND] })).toMatch(
      /^netra-backend-staging is in the hands of a run that has just begun \(.*\/theirs\) since .*Z, driven by /,
    );
    expect(await besideLease({ writes: ['service:other'] })).toBeNull();
  });

  test('is over with the lease: a run that died holds nothing', async () => {
    expect(await besideLease({ writes: [BACKEND] }, null, NOW - 120_000)).toBeNull();
  });

  test('is yielded to where the clocks of two machines cannot order them', async () => {
    const ours = { ...leased(NOW - 1), owner: { ...OWNER, host: 'job-2' } };
    expect(await besideLease({ writes: [BACKEND] }, ours)).toContain('in the hands of');
    expect(await besideLease({ writes: [BACKEND] }, leased(NOW - 1))).toBeNull();
  });
});
