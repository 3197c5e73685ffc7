import { describe, expect, it } from 'vitest';
import { storage_v1 } from 'googleapis/build/src/apis/storage/v1.js';
import { inProcessClient } from '../../src/simulator/http/in-process.ts';
import { BASE_URL, given, pick, type Answer, type Given } from './support/given.ts';

const BUCKET = 'runs';
const OBJECTS = `/storage/v1/b/${BUCKET}/o`;
const UPLOAD = `/upload${OBJECTS}`;
const SECOND = 1_000;

/** An upload of a JSON text by its name. */
function put(shop: Given, name: string, body: unknown, query = ''): Promise<Answer> {
  return shop.call('POST', `${UPLOAD}?uploadType=media&name=${encodeURIComponent(name)}${query}`, body, {
    'content-type': 'application/json',
  });
}

const get = (shop: Given, name: string, query = '') => shop.call('GET', `${OBJECTS}/${encodeURIComponent(name)}?${query}`);
const generationOf = (answer: Answer) => String(answer.data['generation']);

describe('Cloud Storage', () => {
  it('gives back what was uploaded, with its generation, under a name with slashes', async () => {
    const shop = given();
    const uploaded = await put(shop, 'a/b c.json', { n: 1 });
    expect(uploaded).toMatchObject({ status: 200, data: { kind: 'storage#object', name: 'a/b c.json', metageneration: '1', size: '7' } });
    const media = await get(shop, 'a/b c.json', 'alt=media');
    expect(media).toMatchObject({ status: 200, data: { n: 1 } });
    expect(media.headers['x-goog-generation']).toBe(generationOf(uploaded));
    expect((await get(shop, 'a/b c.json')).data).toEqual(uploaded.data);
  });

  it('takes name, type and metadata from the first part of a multipart upload', async () => {
    const shop = given();
    const body =
      '--x\r\ncontent-type: application/json\r\n\r\n{"name":"lease","metadata":{"epoch":"3"},"cacheControl":"no-store"}\r\n' +
      '--x\r\nContent-Type: text/plain\r\n\r\nline one\n--xy\nline two\r\n--x--\r\n';
    const headers = { 'content-type': 'multipart/related; boundary="x"' };
    const answer = await shop.simulator.handle({ method: 'POST', path: `${UPLOAD}?uploadType=multipart`, headers, body });
    expect(JSON.parse(answer.body)).toMatchObject({ name: 'lease', contentType: 'text/plain', metadata: { epoch: '3' } });
    expect((await get(shop, 'lease', 'alt=media')).data).toEqual({ text: 'line one\n--xy\nline two' });
    const torn = await shop.simulator.handle({ method: 'POST', path: `${UPLOAD}?uploadType=multipart`, headers, body: body.slice(0, -9) });
    expect(torn.status).toBe(400);
  });

  it('answers 404 in the older body for what is not there', async () => {
    const shop = given({}, { switches: { buckets: [BUCKET] } });
    expect(await get(shop, 'none')).toMatchObject({ status: 404, data: { error: { code: 404, errors: [{ reason: 'notFound' }] } } });
    expect((await shop.call('GET', '/storage/v1/b/other/o')).status).toBe(404);
    expect((await shop.call('GET', '/storage/v1/b/other')).status).toBe(404);
    expect((await shop.call('GET', `/storage/v1/b/${BUCKET}`)).data).toMatchObject({ name: BUCKET });
  });

  describe('preconditions', () => {
    it('let a creation through only where nothing is', async () => {
      const shop = given();
      expect((await put(shop, 'lease', 1, '&ifGenerationMatch=0')).status).toBe(200);
      shop.clock.advance(SECOND);
      const second = await put(shop, 'lease', 2, '&ifGenerationMatch=0');
      expect(second).toMatchObject({ status: 412, data: { error: { code: 412, errors: [{ reason: 'conditionNotMet' }] } } });
      expect((await get(shop, 'lease', 'alt=media')).data).toBe(1);
    });

    it('let a replacement, a patch and a removal through only at the generation that was seen', async () => {
      const shop = given();
      const first = generationOf(await put(shop, 'lease', 1));
      shop.clock.advance(SECOND);
      const second = generationOf(await put(shop, 'lease', 2, `&ifGenerationMatch=${first}`));
      expect(BigInt(second)).toBeGreaterThan(BigInt(first));
      shop.clock.advance(SECOND);
      const path = `${OBJECTS}/lease?ifGenerationMatch=`;
      expect((await put(shop, 'lease', 3, `&ifGenerationMatch=${first}`)).status).toBe(412);
      expect((await shop.call('PATCH', `${path}${first}`, { metadata: { a: 'b' } })).status).toBe(412);
      expect((await shop.call('DELETE', `${path}${first}`)).status).toBe(412);
      expect((await shop.call('PATCH', `${path}${second}`, { metadata: { a: 'b' } })).data).toMatchObject({
        generation: second,
        metageneration: '2',
        metadata: { a: 'b' },
      });
      shop.clock.advance(SECOND);
      expect((await shop.call('DELETE', `${path}${second}&ifMetagenerationMatch=1`)).status).toBe(412);
      expect((await shop.call('DELETE', `${path}${second}&ifMetagenerationMatch=2`)).status).toBe(204);
      expect((await get(shop, 'lease')).status).toBe(404);
    });

    it('answer a read of nothing new with 304, and a write with 412', async () => {
      const shop = given();
      const generation = generationOf(await put(shop, 'lease', 1));
      expect((await get(shop, 'lease', `ifGenerationNotMatch=${generation}`)).status).toBe(304);
      expect((await get(shop, 'lease', 'ifGenerationNotMatch=1')).status).toBe(200);
      shop.clock.advance(SECOND);
      expect((await put(shop, 'lease', 2, `&ifGenerationNotMatch=${generation}`)).status).toBe(412);
      expect((await put(shop, 'lease', 2, '&ifGenerationMatch=x')).status).toBe(400);
    });
  });

  describe('the rate of changes', () => {
    it('is one a second for an object, by the simulated clock, whatever the change', async () => {
      const shop = given();
      await put(shop, 'record', 1);
      shop.clock.advance(SECOND - 1);
      const refused = await put(shop, 'record', 2);
      expect(refused).toMatchObject({ status: 429, data: { error: { errors: [{ reason: 'rateLimitExceeded' }] } } });
      expect((await shop.call('DELETE', `${OBJECTS}/record`)).status).toBe(429);
      expect((await put(shop, 'other', 1)).status).toBe(200);
      shop.clock.advance(1);
      expect((await put(shop, 'record', 2)).status).toBe(200);
    });

    it('does not count what was refused, and can be switched off', async () => {
      const shop = given();
      await put(shop, 'record', 1);
      expect((await put(shop, 'record', 2, '&ifGenerationMatch=1')).status).toBe(412);
      shop.clock.advance(SECOND);
      expect((await put(shop, 'record', 2)).status).toBe(200);
      const fast = given({}, { switches: { objectMutationGapMs: 0 } });
      for (let n = 0; n < 5; n += 1) expect((await put(fast, 'record', n)).status).toBe(200);
    });
  });

  describe('lists', () => {
    const names = ['p/a/1', 'p/a/2', 'p/b/1', 'p/c', 'q'];
    async function filled(): Promise<Given> {
      const shop = given();
      for (const name of names) await put(shop, name, 1);
      return shop;
    }
    const listed = (answer: Answer) => ((answer.data['items'] ?? []) as readonly { name: string }[]).map(({ name }) => name);

    it('show at once what was written and no more what was removed', async () => {
      const shop = await filled();
      expect(listed(await shop.call('GET', OBJECTS))).toEqual(names);
      shop.clock.advance(SECOND);
      await shop.call('DELETE', `${OBJECTS}/q`);
      expect(listed(await shop.call('GET', OBJECTS))).not.toContain('q');
    });

    it('go by prefix, fold at a delimiter, and match a glob', async () => {
      const shop = await filled();
      const folded = await shop.call('GET', `${OBJECTS}?prefix=p/&delimiter=/`);
      expect([listed(folded), folded.data['prefixes']]).toEqual([['p/c'], ['p/a/', 'p/b/']]);
      expect(listed(await shop.call('GET', `${OBJECTS}?matchGlob=p/*/1`))).toEqual(['p/a/1', 'p/b/1']);
      expect(listed(await shop.call('GET', `${OBJECTS}?matchGlob=p/**`))).toEqual(names.slice(0, 4));
    });

    it('come in pages that miss nothing when something is removed in between', async () => {
      const shop = await filled();
      const first = await shop.call('GET', `${OBJECTS}?maxResults=2`);
      shop.clock.advance(SECOND);
      await shop.call('DELETE', `${OBJECTS}/${encodeURIComponent('p/a/1')}`);
      const second = await shop.call('GET', `${OBJECTS}?maxResults=3&pageToken=${pick(first.data, 'nextPageToken')}`);
      expect([...listed(first), ...listed(second)]).toEqual(names);
      expect(second.data['nextPageToken']).toBeUndefined();
    });
  });

  describe('permissions', () => {
    it.each([
      ['storage.objects.get', 'GET', `${OBJECTS}/x`],
      ['storage.objects.list', 'GET', OBJECTS],
      ['storage.objects.create', 'POST', `${UPLOAD}?uploadType=media&name=x`],
      ['storage.objects.delete', 'DELETE', `${OBJECTS}/x`],
      ['storage.objects.update', 'PATCH', `${OBJECTS}/x`],
    ])('without %s there is no %s', async (permission, method, path) => {
      const shop = given({ grants: { denied: [permission] } });
      expect(await shop.call(method, path)).toMatchObject({ status: 403, data: { error: { errors: [{ reason: 'forbidden' }] } } });
    });

    it('replacing an object needs the right to delete as well, creating one does not', async () => {
      const shop = given({ grants: { denied: ['storage.objects.delete'] } });
      expect((await put(shop, 'x', 1)).status).toBe(200);
      shop.clock.advance(SECOND);
      expect((await put(shop, 'x', 2)).status).toBe(403);
    });
  });

  it('counts its requests in the ledger, and its writes are no change of the environment', async () => {
    const shop = given();
    await put(shop, 'x', 1);
    await get(shop, 'x');
    expect(shop.simulator.requestsByApi()).toEqual({ 'storage.googleapis.com': 2 });
    expect(shop.simulator.ledger.map(({ wasWrite, committed }) => [wasWrite, committed])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(shop.simulator.writes()).toEqual([]);
  });

  it('commits a write whose answer is lost, and meets its repetition with 412', async () => {
    const shop = given();
    shop.simulator.faults.add({ id: 'lost', match: { method: 'POST', path: '/upload/**' }, times: 1, answer: { lostAfterCommit: true } });
    expect((await put(shop, 'x', 1, '&ifGenerationMatch=0')).status).toBeNull();
    shop.clock.advance(SECOND);
    expect((await put(shop, 'x', 1, '&ifGenerationMatch=0')).status).toBe(412);
    expect((await get(shop, 'x', 'alt=media')).data).toBe(1);
  });

  it("answers Google's own client", async () => {
    const shop = given();
    const { simulator, clock } = shop;
    const options = { rootUrl: `${BASE_URL}/`, auth: inProcessClient(simulator), retry: false };
    const { objects } = new storage_v1.Storage(options as storage_v1.Options);
    const created = await objects.patch({ bucket: BUCKET, object: 'none', requestBody: {} }).catch((thrown: unknown) => thrown);
    expect(created).toMatchObject({ status: 404 });
    await put(shop, 'a/b', { n: 1 });
    expect((await objects.list({ bucket: BUCKET, prefix: 'a/' })).data.items).toMatchObject([{ name: 'a/b' }]);
    expect((await objects.get({ bucket: BUCKET, object: 'a/b', alt: 'media' })).data).toEqual({ n: 1 });
    clock.advance(SECOND);
    await objects.delete({ bucket: BUCKET, object: 'a/b' });
    expect((await objects.list({ bucket: BUCKET })).data.items).toBeUndefined();
  });
});
