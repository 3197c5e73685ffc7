import { beforeEach, describe, expect, it } from 'vitest';
import { FencedError, TransientError } from '../../src/core/errors.ts';
import type { RunStatus, RunStore } from '../../src/ports/store.ts';
import { httpOver } from '../../src/composition/cloud-storage.ts';
import { inProcessClient } from '../../src/simulator/http/in-process.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import type { HttpPort, HttpRequest } from '../../src/store/gcs.ts';
import { command, lineAt, NOW, owner, recordAt, storeContract } from './contract.ts';
import { BUCKET, cloudStorage, gcsStoreOn, notingUploads, PREFIX, STORAGE, TARGET, writeFigures } from './support/cloud-storage.ts';
import type { CloudStorage } from './support/cloud-storage.ts';

storeContract('the Cloud Storage store', () => cloudStorage());

type Fault = Scenario['faults'][number];
const UPLOADS = '/upload/**';
const TTL = 60_000;

function lost(path: string, times: number, method = 'POST'): Fault {
  return { id: `lost ${method} ${path}`, match: { method, path }, times, answer: { lostAfterCommit: true } };
}

describe('the Cloud Storage store', () => {
  let cloud: CloudStorage;
  let store: RunStore;
  beforeEach(() => {
    cloud = cloudStorage();
    store = cloud.open();
  });
  const faulty = (fault: Fault) => cloud.simulator.faults.add(fault);
  const writesOf = () => cloud.simulator.ledger.filter(({ api, committed }) => api === STORAGE && committed).length;

  it('says where it is, and writes nothing by reading', async () => {
    expect(store.described).toBe(`gs://${BUCKET}/${PREFIX}/${TARGET}`);
    await Promise.all([store.load(), store.readLease(), store.readCommands(), store.readJournal('run-1'), store.readStatus()]);
    expect(writesOf()).toBe(0);
  });

  it('keeps each thing under a name that people find', async () => {
    const { lease } = await store.acquireLease(owner('a'), NOW, TTL);
    await store.save(recordAt(lease.epoch, 1));
    await store.appendJournal('run-1', [lineAt(1)]);
    await store.sendCommand(command('c/1', NOW));
    for (const name of ['lease.json', 'record.json', 'journal/run-1/000001.ndjson', 'inbox/c%2F1.json'])
      expect(await cloud.readByHand(name), name).not.toBeNull();
  });

  describe('a write that took effect though its answer was lost', () => {
    it('is known again by its content: a save succeeds once, and the next one follows it', async () => {
      await store.save(recordAt(1, 1));
      faulty(lost(UPLOADS, 1));
      await store.save(recordAt(1, 2));
      await store.save(recordAt(1, 3));
      expect(cloud.simulator.faults.unconsumed()).toEqual([]);
      expect(cloud.simulator.ledger.filter(({ status }) => status === 412)).toHaveLength(1);
      expect((await store.load())!.seq).toBe(3);
      expect(writesOf()).toBe(3);
    });

    it('is known again also when no try of the operation had an answer', async () => {
      await store.save(recordAt(1, 1));
      faulty(lost(UPLOADS, 4));
      await store.save(recordAt(1, 2));
      expect(cloud.simulator.faults.unconsumed()).toEqual([]);
      expect(await cloud.open().load()).toEqual(recordAt(1, 2));
      expect(writesOf()).toBe(2);
    });

    it('is known again also when it could not be read back at first, and the operation is tried anew', async () => {
      await store.save(recordAt(1, 1));
      faulty(lost(UPLOADS, 4));
      faulty({ id: 'no reads', match: { method: 'GET', path: '/storage/**' }, times: 1, answer: { status: 503 } });
      await expect(store.save(recordAt(1, 2))).rejects.toThrow(TransientError);
      await store.save(recordAt(1, 2));
      expect(await cloud.open().load()).toEqual(recordAt(1, 2));
      expect(writesOf()).toBe(2);
    });

    it('is not taken for ours when another has written meanwhile', async () => {
      await store.save(recordAt(1, 1));
      await cloud.open().save(recordAt(1, 2, { savedAt: 1 }));
      await expect(store.save(recordAt(1, 2))).rejects.toThrow(FencedError);
    });

    it('leaves the lease with its taker, at one epoch', async () => {
      faulty(lost(UPLOADS, 1));
      const { acquired, lease } = await store.acquireLease(owner('a'), NOW, TTL);
      expect([acquired, lease.epoch]).toEqual([true, 1]);
      faulty({ ...lost(UPLOADS, 1), id: 'again' });
      const renewed = await store.renewLease(lease, NOW + 20_000, TTL);
      expect(await store.readLease()).toEqual(renewed);
      faulty({ ...lost(UPLOADS, 1), id: 'and again' });
      await store.releaseLease(renewed);
      expect(await store.readLease()).toBeNull();
      expect(cloud.simulator.faults.unconsumed()).toEqual([]);
    });

    it('puts a line into the journal once', async () => {
      await store.appendJournal('run-1', [lineAt(1)]);
      faulty(lost(UPLOADS, 1));
      await store.appendJournal('run-1', [lineAt(2), lineAt(3)]);
      await store.appendJournal('run-1', [lineAt(4)]);
      expect(await cloud.open().readJournal('run-1')).toEqual([1, 2, 3, 4].map((seq) => lineAt(seq)));
    });

    it('removes a command', async () => {
      await store.sendCommand(command('c', NOW));
      faulty(lost('/storage/**', 1, 'DELETE'));
      await store.removeCommand('c');
      expect(await store.readCommands()).toEqual([]);
    });
  });

  describe('the fence', () => {
    it('closes the record before the new holder loads it: a save that was decided before comes too late', async () => {
      const first = await store.acquireLease(owner('first'), NOW, TTL);
      await store.save(recordAt(first.lease.epoch, 1));
      const second = cloud.open();
      const { lease } = await second.acquireLease(owner('second'), NOW + TTL, TTL);
      expect((await second.load())!.seq).toBe(1);
      await expect(store.save(recordAt(first.lease.epoch, 2))).rejects.toMatchObject({ kind: 'fenced', code: 'epoch-passed' });
      await second.save(recordAt(lease.epoch, 2));
      expect(await store.load()).toEqual(recordAt(lease.epoch, 2));
    });

    it('lets a save that slips in before the seal stand, and the new holder loads it', async () => {
      const first = await store.acquireLease(owner('first'), NOW, TTL);
      await store.save(recordAt(first.lease.epoch, 1));
      const seal = holding(httpOver(inProcessClient(cloud.simulator)), ({ body }) => body?.includes('record.json') === true);
      const second = gcsStoreOn(cloud.simulator, cloud.clock, seal.http);
      const asked = second.acquireLease(owner('second'), NOW + TTL, TTL);
      await seal.reached;
      expect((await store.readLease())!.owner.token).toBe('second');
      await store.save(recordAt(first.lease.epoch, 2));
      seal.release();
      expect((await cloud.go(asked)).acquired).toBe(true);
      expect((await cloud.go(second.load()))!.seq).toBe(2);
      await expect(store.save(recordAt(first.lease.epoch, 3))).rejects.toMatchObject({ code: 'epoch-passed' });
    });

    it('does not give the lease to one that was overtaken between lease and seal', async () => {
      let looks = 0;
      const seal = holding(
        httpOver(inProcessClient(cloud.simulator)),
        ({ method, url }) => method === 'GET' && url.includes('record.json') && ++looks === 2,
      );
      const asked = gcsStoreOn(cloud.simulator, cloud.clock, seal.http).acquireLease(owner('slow'), NOW, TTL);
      await seal.reached;
      const fast = await cloud.open().acquireLease(owner('fast'), NOW + TTL, TTL);
      seal.release();
      expect(fast).toMatchObject({ acquired: true, lease: { epoch: 2 } });
      expect(await cloud.go(asked)).toEqual({ acquired: false, lease: fast.lease });
      expect(await store.readLease()).toEqual(fast.lease);
    });
  });

  describe('the rate of writes', () => {
    it('stays at one a second for each object, however fast the steps come, and nothing is refused', async () => {
      const noting = notingUploads(httpOver(inProcessClient(cloud.simulator)), cloud.clock);
      const quick = gcsStoreOn(cloud.simulator, cloud.clock, noting.http);
      const since = cloud.clock.now();
      const { lease } = await cloud.go(quick.acquireLease(owner('a'), NOW, TTL));
      for (let seq = 1; seq <= 20; seq += 1) {
        await cloud.go(quick.save(recordAt(lease.epoch, seq)));
        await cloud.go(quick.appendJournal('run-1', [lineAt(seq)]));
      }
      await cloud.go(quick.releaseLease(lease));
      const figures = writeFigures(cloud.simulator.ledger, noting.uploads);
      expect(figures.refusedForRate).toBe(0);
      expect(figures.shortestGapMs).toBeGreaterThanOrEqual(1_000);
      expect(cloud.clock.now() - since).toBeLessThanOrEqual(21_000);
      // Lease taken and given back, a seal, and each step's record and line.
      expect(figures.writes).toBe(3 + 2 * 20);
    });

    it('waits and tries again when another process was the one before', async () => {
      await store.save(recordAt(1, 1));
      await cloud.open().save(recordAt(1, 2));
      expect(cloud.simulator.ledger.some(({ status }) => status === 429)).toBe(true);
      expect((await store.load())!.seq).toBe(2);
    });

    it('writes of a status only the newest when they come faster', async () => {
      const bare = cloud.openBare();
      const writes = Array.from({ length: 30 }, (_, index) => bare.writeStatus(statusAt(`phase ${index}`)));
      await cloud.go(Promise.all(writes));
      expect((await store.readStatus())!.phase).toBe('phase 29');
      expect(writesOf()).toBeLessThanOrEqual(2);
    });
  });

  describe('the journal', () => {
    it('lets lines join the newest segment, and begins another when that is full', async () => {
      for (let seq = 1; seq <= 450; seq += 1) await store.appendJournal('run-1', [lineAt(seq)]).then(() => pass(1_000));
      expect((await store.readJournal('run-1')).map(({ seq }) => seq)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
      const names = cloud.simulator.ledger.filter(({ committed }) => committed).length;
      expect(names).toBe(450);
      expect((await cloud.readByHand('journal/run-1/000003.ndjson'))!.split('\n')).toHaveLength(51);
      expect(await cloud.readByHand('journal/run-1/000004.ndjson')).toBeNull();
    });

    it('never waits: what comes within a second begins a new segment', async () => {
      await store.appendJournal('run-1', [lineAt(1)]);
      const before = cloud.clock.now();
      await store.appendJournal('run-1', [lineAt(2)]);
      expect(cloud.clock.now()).toBe(before);
      expect(await cloud.readByHand('journal/run-1/000002.ndjson')).toContain('"seq":2');
    });

    it('writes nothing that is there already, whoever brings it', async () => {
      await store.appendJournal('run-1', [lineAt(1), lineAt(2)]);
      await cloud.open().appendJournal('run-1', [lineAt(1), lineAt(2)]);
      expect(writesOf()).toBe(1);
      await cloud.open().appendJournal('run-1', [lineAt(1), lineAt(2), lineAt(3)]);
      expect(await cloud.readByHand('journal/run-1/000002.ndjson')).toBe(`${JSON.stringify(lineAt(3))}\n`);
    });

    it('leaves out what is torn, and goes on beside it', async () => {
      await cloud.putByHand('journal/run-1/000001.ndjson', `${JSON.stringify(lineAt(1))}\n{"seq":2,"at`);
      await store.appendJournal('run-1', [lineAt(1), lineAt(2)]);
      expect(await store.readJournal('run-1')).toEqual([lineAt(1), lineAt(2)]);
    });
  });

  const pass = (ms: number) => cloud.go(cloud.clock.sleepUntil(cloud.clock.now() + ms));
});

function statusAt(phase: string): RunStatus {
  const at = '2026-01-07T03:00:00Z';
  return {
    runId: 'run-1',
    phase,
    states: [],
    at,
    startedAt: at,
    outcome: null,
    conditions: [],
    why: '',
    whyNot: '',
    waiting: [],
    lastError: null,
  };
}

/** Stops the first request that fits on its way, until it is released. */
function holding(http: HttpPort, fits: (request: HttpRequest) => boolean) {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isHeld = false;
  const held: HttpPort = async (request) => {
    if (!isHeld && fits(request)) {
      isHeld = true;
      reached.resolve();
      await released.promise;
    }
    return http(request);
  };
  return { http: held, reached: reached.promise, release: () => released.resolve() };
}
