import { beforeEach, describe, expect, it } from 'vitest';
import { TransientError, UserError } from '../../src/core/errors.ts';
import type { RunStore } from '../../src/ports/store.ts';
import { httpOver } from '../../src/composition/cloud-storage.ts';
import { inProcessClient } from '../../src/simulator/http/in-process.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { listGcsTargets, parseGcsPlace } from '../../src/store/gcs.ts';
import { command, lineAt, NOW, owner, recordAt } from './contract.ts';
import { BUCKET, cloudStorage, gcsStoreOn, PREFIX, STORAGE, TARGET } from './support/cloud-storage.ts';
import type { CloudStorage } from './support/cloud-storage.ts';

type Fault = Scenario['faults'][number];
const TTL = 60_000;

describe('the Cloud Storage store and what it may find there', () => {
  let cloud: CloudStorage;
  let store: RunStore;
  beforeEach(() => {
    cloud = cloudStorage();
    store = cloud.open();
  });
  const faulty = (fault: Fault) => cloud.simulator.faults.add(fault);
  const pass = (ms: number) => cloud.go(cloud.clock.sleepUntil(cloud.clock.now() + ms));

  describe('a record that cannot be read', () => {
    it.each([
      ['a torn one', '{"form":1,"fence":null,"record":{"format":1,"runId":"run-1","epo', 'record-torn'],
      ['an empty one', '', 'record-torn'],
      ['something else', '[1,2]', 'record-torn'],
      ['one with parts missing', '{"form":1,"fence":null,"record":{"format":1,"runId":"run-1"}}', 'record-torn'],
      ['one without its record', '{"form":1,"fence":null}', 'record-torn'],
      ['one of a newer version', JSON.stringify({ form: 1, fence: null, record: { ...recordAt(1, 1), format: 2 } }), 'record-format'],
      ['one of a newer form', JSON.stringify({ form: 2, fence: null, record: recordAt(1, 1) }), 'record-format'],
    ])('is refused with a way out, and not overwritten: %s', async (_name, text, code) => {
      await cloud.putByHand('record.json', text);
      const refusal = await store.load().catch((thrown: unknown) => thrown);
      expect(refusal).toBeInstanceOf(UserError);
      expect(refusal).toMatchObject({ code, fix: expect.stringMatching(/aside/) as string });
      await expect(store.save(recordAt(9, 9))).rejects.toMatchObject({ code });
      await expect(store.acquireLease(owner('a'), NOW, TTL)).rejects.toMatchObject({ code });
      expect(await cloud.readByHand('record.json')).toBe(text);
    });

    it('is taken as it is when it was copied from a folder', async () => {
      await cloud.putByHand('record.json', JSON.stringify(recordAt(3, 7)));
      expect(await store.load()).toEqual(recordAt(3, 7));
      expect((await store.acquireLease(owner('a'), NOW, TTL)).lease.epoch).toBe(4);
      expect(await store.load()).toEqual(recordAt(3, 7));
    });
  });

  it('refuses a lease that is none, with a way out', async () => {
    await cloud.putByHand('lease.json', '{"epoch":');
    await expect(store.acquireLease(owner('a'), NOW, TTL)).rejects.toMatchObject({ kind: 'user', code: 'lease-torn' });
  });

  describe('commands by hand', () => {
    it('may be no more than an event: an approval put there with another tool is taken and taken out', async () => {
      await cloud.putByHand('inbox/approve by ann.json', '{"event":{"type":"APPROVE","by":"ann"}}');
      const [taken] = await store.readCommands();
      expect(taken).toEqual({
        id: 'approve by ann.json',
        at: cloud.clock.now(),
        by: 'the object approve by ann.json',
        event: { type: 'APPROVE', by: 'ann' },
      });
      await pass(1_000);
      await store.removeCommand(taken!.id);
      expect(await store.readCommands()).toEqual([]);
    });

    it('are passed over when they are none', async () => {
      await store.sendCommand(command('good', NOW));
      for (const [name, text] of [
        ['torn.json', '{"id":'],
        ['odd.json', '{"id":"odd"}'],
        ['folder/', ''],
      ] as const)
        await cloud.putByHand(`inbox/${name}`, text);
      expect((await store.readCommands()).map(({ id }) => id)).toEqual(['good']);
    });
  });

  describe('a place that cannot be used', () => {
    it.each([
      ['a bucket that does not exist', {}, { switches: { buckets: ['another'] } }, 'bucket-missing'],
      ['no right to write', { grants: { denied: ['storage.objects.create'] } }, {}, 'store-forbidden'],
      ['no right to read', { grants: { denied: ['storage.objects.get'] } }, {}, 'store-forbidden'],
      ['an API that is off', { apis: { disabled: [STORAGE] } }, {}, 'store-forbidden'],
    ] as const)('is refused with what to do about it: %s', async (_name, change, options, code) => {
      const closed = cloudStorage(change as Partial<Scenario>, options);
      const refusal = await closed
        .open()
        .acquireLease(owner('a'), NOW, TTL)
        .catch((thrown: unknown) => thrown);
      expect(refusal).toBeInstanceOf(UserError);
      expect(refusal).toMatchObject({
        code,
        message: expect.stringContaining(`gs://${BUCKET}/`) as string,
        fix: expect.stringContaining('--state') as string,
      });
    });

    it.each(['gs://', 'gs://UPPER/x', 'gs://b/*', 'gs://bucket/a//b', 's3://bucket'])('is refused by its name: %s', (state) => {
      expect(() => parseGcsPlace(state)).toThrow(UserError);
    });

    it('has a name with or without a prefix', () => {
      expect(parseGcsPlace('gs://my-bucket')).toEqual({ bucket: 'my-bucket', prefix: '' });
      expect(parseGcsPlace('gs://my-bucket/')).toEqual({ bucket: 'my-bucket', prefix: '' });
      expect(parseGcsPlace('gs://my-bucket/fire/break/')).toEqual({ bucket: 'my-bucket', prefix: 'fire/break' });
    });
  });

  it('lists the targets that have a record below its prefix, and no others', async () => {
    const other = gcsStoreOn(cloud.simulator, cloud.clock, undefined, 'shop-prod/europe-west1/a b');
    await cloud.go(other.save(recordAt(1, 1)));
    await store.save(recordAt(1, 1));
    await store.appendJournal('run-1', [lineAt(1)]);
    const http = httpOver(inProcessClient(cloud.simulator));
    const reach = { bucket: BUCKET, http, clock: cloud.clock, random: { next: () => 0.5 }, baseUrl: cloud.simulator.baseUrl };
    expect(await cloud.go(listGcsTargets({ ...reach, prefix: PREFIX }))).toEqual(['shop-prod/europe-west1/a b', TARGET]);
    expect(await cloud.go(listGcsTargets({ ...reach, prefix: 'team' }))).toEqual([]);
  });

  describe('while Cloud Storage fails', () => {
    it.each([
      ['503', { status: 503 }],
      ['429', { status: 429, reason: 'rateLimitExceeded', retryAfter: 2_000 }],
      ['403 for its rate', { status: 403, reason: 'userRateLimitExceeded' }],
      ['a page of a proxy', { status: 502, html: true }],
      ['no connection', { lostBefore: true }],
      ['silence', { hang: true }],
    ] as const)('tries again within its time, then says that it may work later: %s', async (_name, answer) => {
      await store.save(recordAt(1, 1));
      faulty({ id: 'down', match: { path: '**/storage/**' }, answer });
      for (const call of [() => store.save(recordAt(1, 2)), () => store.load(), () => store.readCommands(), () => store.readLease()]) {
        const since = cloud.clock.now();
        await expect(call()).rejects.toBeInstanceOf(TransientError);
        expect(cloud.clock.now() - since).toBeLessThanOrEqual(25_000);
      }
      expect(cloud.simulator.faults.list()[0]!.consumed).toBeGreaterThanOrEqual(8);
    });

    it('gets over two failures in a row by itself', async () => {
      await store.save(recordAt(1, 1));
      faulty({ id: 'blip', match: { path: '**/storage/**' }, times: 2, answer: { status: 503 } });
      await store.save(recordAt(1, 2));
      faulty({ id: 'blip 2', match: { path: '**/storage/**' }, times: 2, answer: { hang: true } });
      expect((await store.load())!.seq).toBe(2);
    });
  });
});
