import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FencedError } from '../../src/core/errors.ts';
import type { Command, JournalLine, LeaseOwner, RunRecord, RunStatus, RunStore } from '../../src/ports/store.ts';

/** What a kind of store must bring along to be judged. */
export interface StoreUnderTest {
  /** A fresh target; every call of `open` is another process that looks at the same one. */
  readonly open: () => RunStore;
  /** Makes the holder of that lease provably dead, when this kind of store can know such a thing. */
  readonly kill?: (owner: LeaseOwner) => void;
  readonly dispose?: () => void | Promise<void>;
}

export const NOW = Date.UTC(2026, 0, 7, 3);
const TTL = 60_000;

export function owner(token: string, pid = 1): LeaseOwner {
  return { token, host: 'here', pid, described: `controller ${token}` };
}

export function recordAt(epoch: number, seq: number, more: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 1,
    runId: 'run-1',
    specHash: 'spec',
    machine: { id: 'toy', version: '1', shape: 'abc' },
    epoch,
    seq,
    savedAt: NOW + seq,
    snapshot: { status: 'active', value: 'a', context: { text: 'ü – “quoted”' } },
    timers: [{ id: 't', event: { type: 'T' }, dueAt: NOW + 5 }],
    activities: [{ id: 'act', src: 'look', input: { n: 1 }, key: 'run-1/1/act' }],
    commandsTaken: [],
    pending: [],
    journalHead: '',
    journalSeq: 0,
    ended: null,
    ...more,
  };
}

export function lineAt(seq: number, text = `event ${seq}`): JournalLine {
  return { seq, at: NOW + seq, kind: 'decision', event: text, states: ['a.b'], data: { n: seq }, previous: `h${seq - 1}`, hash: `h${seq}` };
}

export function command(id: string, at: number, type = 'HOLD'): Command {
  return { id, at, by: 'ana', event: { type, reason: 'look first' } };
}

/** The promises of `RunStore`, for every kind of store. */
export function storeContract(name: string, create: () => StoreUnderTest | Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store's promises`, () => {
    let under: StoreUnderTest;
    let store: RunStore;

    beforeEach(async () => {
      under = await create();
      store = under.open();
    });
    afterEach(() => under.dispose?.());

    describe('record', () => {
      it('has none at first', async () => {
        expect(await store.load()).toBeNull();
        expect(store.described).not.toBe('');
      });

      it('gives back what was saved, to every process', async () => {
        await store.save(recordAt(1, 0));
        await store.save(recordAt(1, 1));
        expect(await store.load()).toEqual(recordAt(1, 1));
        expect(await under.open().load()).toEqual(recordAt(1, 1));
      });

      it('does not change with the object that was saved', async () => {
        const snapshot = { value: 'a' };
        await store.save(recordAt(1, 0, { snapshot }));
        snapshot.value = 'b';
        expect((await store.load())!.snapshot).toEqual({ value: 'a' });
      });

      it('refuses an older step, an older epoch, and another record of the same step', async () => {
        await store.save(recordAt(2, 5));
        for (const late of [recordAt(2, 4), recordAt(1, 9), recordAt(2, 5, { savedAt: 1 })])
          await expect(store.save(late)).rejects.toThrow(FencedError);
        await expect(under.open().save(recordAt(2, 5, { savedAt: 1 }))).rejects.toThrow(FencedError);
        expect(await store.load()).toEqual(recordAt(2, 5));
      });

      it('takes the very same record twice: a save is tried again when its answer was lost', async () => {
        await store.save(recordAt(1, 3));
        await store.save(recordAt(1, 3));
        expect(await store.load()).toEqual(recordAt(1, 3));
      });

      it('takes a newer epoch at any step: a claim, or a new run after an ended one', async () => {
        await store.save(recordAt(1, 7));
        await under.open().save(recordAt(2, 7));
        await store.save(recordAt(3, 0, { runId: 'run-2' }));
        expect((await store.load())!.runId).toBe('run-2');
      });

      it('refuses a save of an epoch that has passed, also before the new holder has saved anything', async () => {
        const first = await store.acquireLease(owner('first'), NOW, TTL);
        await store.save(recordAt(first.lease.epoch, 1));
        await under.open().acquireLease(owner('second'), NOW + TTL, TTL);
        await expect(store.save(recordAt(first.lease.epoch, 2))).rejects.toThrow(FencedError);
      });

      it('notices what another process has saved since', async () => {
        const other = under.open();
        await store.save(recordAt(1, 1));
        await other.save(recordAt(1, 2));
        await expect(store.save(recordAt(1, 2, { savedAt: 1 }))).rejects.toThrow(FencedError);
        await store.save(recordAt(1, 3));
        expect((await other.load())!.seq).toBe(3);
      });
    });

    describe('lease', () => {
      it('is free at first, and then held', async () => {
        expect(await store.readLease()).toBeNull();
        const { acquired, lease } = await store.acquireLease(owner('a'), NOW, TTL);
        expect(acquired).toBe(true);
        expect(lease).toEqual({ epoch: 1, owner: owner('a'), acquiredAt: NOW, expiresAt: NOW + TTL });
        expect(await under.open().readLease()).toEqual(lease);
      });

      it('is refused while another holds it, and says who', async () => {
        await store.acquireLease(owner('a'), NOW, TTL);
        const { acquired, lease } = await under.open().acquireLease(owner('b'), NOW + TTL - 1, TTL);
        expect(acquired).toBe(false);
        expect(lease.owner).toEqual(owner('a'));
      });

      it('is granted to one of many who ask at once', async () => {
        const asked = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((token) => under.open().acquireLease(owner(token), NOW, TTL)));
        expect(asked.filter(({ acquired }) => acquired)).toHaveLength(1);
        expect(new Set(asked.map(({ lease }) => lease.owner.token)).size).toBe(1);
      });

      it('goes to the next when it has expired, at a higher epoch', async () => {
        await store.acquireLease(owner('a'), NOW, TTL);
        const { acquired, lease } = await under.open().acquireLease(owner('b'), NOW + TTL, TTL);
        expect(acquired).toBe(true);
        expect(lease.epoch).toBe(2);
      });

      it('is granted to its holder again, at a higher epoch', async () => {
        await store.acquireLease(owner('a'), NOW, TTL);
        const again = await store.acquireLease(owner('a'), NOW + 1, TTL);
        expect(again).toMatchObject({ acquired: true, lease: { epoch: 2 } });
      });

      it('is longer after a renewal, by the renewed time', async () => {
        const { lease } = await store.acquireLease(owner('a'), NOW, TTL);
        const renewed = await store.renewLease(lease, NOW + 20_000, TTL);
        expect(renewed).toEqual({ ...lease, expiresAt: NOW + 20_000 + TTL });
        expect((await under.open().acquireLease(owner('b'), NOW + TTL, TTL)).acquired).toBe(false);
      });

      it('cannot be renewed when another has it, nor after it was given back', async () => {
        const { lease } = await store.acquireLease(owner('a'), NOW, TTL);
        const next = await under.open().acquireLease(owner('b'), NOW + TTL, TTL);
        await expect(store.renewLease(lease, NOW + TTL, TTL)).rejects.toThrow(FencedError);
        await store.releaseLease(next.lease);
        await expect(store.renewLease(next.lease, NOW + TTL, TTL)).rejects.toThrow(FencedError);
      });

      it('is free when it was given back, and its epoch still rises', async () => {
        const { lease } = await store.acquireLease(owner('a'), NOW, TTL);
        await store.releaseLease(lease);
        expect(await store.readLease()).toBeNull();
        const next = await under.open().acquireLease(owner('b'), NOW + 1, TTL);
        expect(next).toMatchObject({ acquired: true, lease: { epoch: 2 } });
      });

      it('stays with its new holder when the old one gives it back', async () => {
        const { lease } = await store.acquireLease(owner('a'), NOW, TTL);
        const next = await under.open().acquireLease(owner('b'), NOW + TTL, TTL);
        await store.releaseLease(lease);
        expect(await store.readLease()).toEqual(next.lease);
      });

      it('has an epoch above that of the record, so that a lost lease does not lock a run out', async () => {
        await store.save(recordAt(7, 1));
        expect((await store.acquireLease(owner('a'), NOW, TTL)).lease.epoch).toBe(8);
      });

      it('goes at once from a holder that is provably dead', async (context) => {
        if (under.kill === undefined) return context.skip();
        const { lease } = await store.acquireLease(owner('a', 4_000_000), NOW, TTL);
        under.kill(lease.owner);
        expect((await under.open().acquireLease(owner('b'), NOW + 1, TTL)).acquired).toBe(true);
      });
    });

    describe('journal', () => {
      it('is empty at first, and gives lines back in order', async () => {
        expect(await store.readJournal('run-1')).toEqual([]);
        await store.appendJournal('run-1', [lineAt(1), lineAt(2)]);
        await store.appendJournal('run-1', []);
        await store.appendJournal('run-1', [lineAt(3)]);
        expect(await under.open().readJournal('run-1')).toEqual([lineAt(1), lineAt(2), lineAt(3)]);
      });

      it('is read on from where somebody was, across its parts and while it grows', async () => {
        const lines = Array.from({ length: 2_500 }, (_, index) => lineAt(index + 1));
        await store.appendJournal('run-1', lines);
        const reader = under.open();
        expect(await reader.readJournal('run-1', 2_499)).toEqual([lineAt(2_500)]);
        expect(await reader.readJournal('run-1', 900)).toEqual(lines.slice(900));
        expect(await reader.readJournal('run-1', 2_500)).toEqual([]);
        await store.appendJournal('run-1', [lineAt(2_501)]);
        expect(await reader.readJournal('run-1', 2_500)).toEqual([lineAt(2_501)]);
        expect(await reader.readJournal('run-1')).toHaveLength(2_501);
      });

      it('takes each line once, whoever brings it', async () => {
        const other = under.open();
        await store.appendJournal('run-1', [lineAt(1)]);
        await other.appendJournal('run-1', [lineAt(1), lineAt(2)]);
        await store.appendJournal('run-1', [lineAt(2), lineAt(3)]);
        await other.appendJournal('run-1', [lineAt(1)]);
        expect(await store.readJournal('run-1')).toEqual([lineAt(1), lineAt(2), lineAt(3)]);
      });

      it('keeps runs apart', async () => {
        await store.appendJournal('run-1', [lineAt(1)]);
        await store.appendJournal('run/2', [lineAt(1, 'other')]);
        expect(await store.readJournal('run/2')).toEqual([lineAt(1, 'other')]);
        expect(await store.readJournal('run-1')).toEqual([lineAt(1)]);
      });

      it('holds thousands of lines', async () => {
        const lines = Array.from({ length: 2_500 }, (_, index) => lineAt(index + 1));
        for (let from = 0; from < lines.length; from += 700) await store.appendJournal('run-1', lines.slice(from, from + 700));
        const read = await under.open().readJournal('run-1');
        expect(read).toHaveLength(2_500);
        expect(read.at(-1)).toEqual(lines.at(-1));
      });
    });

    describe('commands', () => {
      it('come oldest first, each once, until they are removed', async () => {
        await store.sendCommand(command('later', NOW + 2));
        await under.open().sendCommand(command('sooner', NOW + 1, 'ABORT'));
        await store.sendCommand(command('later', NOW + 9));
        expect(await store.readCommands()).toEqual([command('sooner', NOW + 1, 'ABORT'), command('later', NOW + 2)]);
        await store.removeCommand('sooner');
        await store.removeCommand('sooner');
        expect(await under.open().readCommands()).toEqual([command('later', NOW + 2)]);
      });

      it('may have any id', async () => {
        for (const id of ['../../etc/passwd', '.hidden', 'a/b', 'ü *']) await store.sendCommand(command(id, NOW));
        expect((await store.readCommands()).map(({ id }) => id).sort()).toEqual(['../../etc/passwd', '.hidden', 'a/b', 'ü *'].sort());
        for (const { id } of await store.readCommands()) await store.removeCommand(id);
        expect(await store.readCommands()).toEqual([]);
      });
    });

    it('replaces the status whole', async () => {
      const status = (phase: string): RunStatus => ({
        runId: 'run-1',
        phase,
        states: ['runbook.assessing'],
        at: '2026-01-07T03:00:00Z',
        startedAt: '2026-01-07T03:00:00Z',
        outcome: null,
        conditions: [],
        why: 'because',
        whyNot: '',
        waiting: [],
        lastError: null,
      });
      expect(await store.readStatus()).toBeNull();
      await store.writeStatus(status('assessing'));
      await store.writeStatus(status('capacity'));
      expect(await under.open().readStatus()).toEqual(status('capacity'));
    });
  });
}
