import { describe, expect, it } from 'vitest';
import { parseEntryFilter } from '../../src/simulator/apis/logging/filter.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { WorldLogEntry } from '../../src/simulator/world/contract.ts';
import { given, pick, type Data, type Given } from './support/given.ts';

const ENTRY: WorldLogEntry = {
  insertId: 'a1',
  timestamp: '2025-03-01T12:00:00.500Z',
  severity: 'ERROR',
  logName: 'projects/shop-staging/logs/run.googleapis.com%2Fstderr',
  resource: { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: 'shop-00007-abc' } },
  labels: { 'run.example/instance': 'i-1' },
  jsonPayload: { message: "ModuleNotFoundError: No module named 'x'", level: 3 },
  httpRequest: { status: 503, latency: '7.2s', requestUrl: 'https://shop.example/health' },
};

describe('the filter language', () => {
  it.each([
    ['severity>=ERROR', true],
    ['severity>=CRITICAL', false],
    ['severity=error', true],
    ['resource.type="cloud_run_revision" resource.labels.service_name="shop"', true],
    ['resource.type="cloud_run_revision" AND resource.labels.service_name="front"', false],
    ['resource.labels.service_name=("front" OR "shop")', true],
    ['resource.labels.service_name=("front" OR "back")', false],
    ['resource.labels.service_name!="shop"', false],
    ['resource.labels.unknown!="shop"', true],
    ['NOT resource.labels.service_name="shop"', false],
    ['-resource.labels.service_name="front"', true],
    ['logName:"stderr"', true],
    ['jsonPayload.message:"modulenotfound"', true],
    ['jsonPayload:"modulenotfound"', true],
    ['jsonPayload.message=~"No module named \'\\w\'"', true],
    ['jsonPayload.message!~"timeout"', true],
    ['jsonPayload.level>=3', true],
    ['httpRequest.status>=500', true],
    ['httpRequest.status=503', true],
    ['httpRequest.latency>"5s"', true],
    ['httpRequest:*', true],
    ['textPayload:*', false],
    ['labels."run.example/instance"="i-1"', true],
    ['"no module named"', true],
    ['textPayload:"x" OR severity=ERROR', true],
    ['(textPayload:"x" OR severity=INFO) AND severity=ERROR', false],
    ['severity=ERROR AND textPayload:"x" OR insertId="a1"', true],
    ['timestamp>="2025-03-01T12:00:00Z" timestamp<"2025-03-01T12:00:01Z"', true],
    ['', true],
  ])('%s: %s', (text, expected) => {
    const filter = parseEntryFilter(text);
    const at = Date.parse(ENTRY.timestamp);
    expect(at > filter.from && at <= filter.to && filter.matches(ENTRY)).toBe(expected);
  });

  it('binds OR closer than AND', () => {
    const filter = parseEntryFilter('severity=INFO OR insertId="a1" AND severity=INFO');
    expect(filter.matches(ENTRY)).toBe(false);
  });

  it.each([
    ['timestamp>="2025-03-01T12:00:00.500Z"', true],
    ['timestamp>"2025-03-01T12:00:00.500Z"', false],
    ['timestamp<="2025-03-01T12:00:00.500Z"', true],
    ['timestamp<"2025-03-01T12:00:00.500Z"', false],
    ['timestamp>"2025-03-01T13:00:00Z" OR severity=ERROR', true],
    ['NOT timestamp<"2025-03-01T12:00:00.500Z"', true],
  ])('is exact about time: %s is %s', (text, expected) => {
    const filter = parseEntryFilter(text);
    const at = Date.parse(ENTRY.timestamp);
    expect(at > filter.from && at <= filter.to && filter.matches(ENTRY)).toBe(expected);
  });

  it.each([
    ['severity>='],
    ['(severity=ERROR'],
    ['severity=LOUD'],
    ['resource.labels.x=~"("'],
    ['made.up.field=1'],
    ['timestamp>="yesterday"'],
    ['x'.repeat(20_001)],
  ])('refuses %.40s with INVALID_ARGUMENT', (text) => {
    expect(() => parseEntryFilter(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('entries.list', () => {
  const incident = () => given(readScenario('issue-1278'));
  const list = ({ call, scenario }: Given, body: object = {}) =>
    call('POST', '/v2/entries:list', { resourceNames: [`projects/${scenario.world.project}`], ...body });
  const times = (data: Data) => (data['entries'] as Data[]).map(({ timestamp }) => Date.parse(String(timestamp)));

  it('shows the oldest first unless the newest are asked for', async () => {
    const shop = incident();
    const oldest = times((await list(shop, { pageSize: 20 })).data);
    const newest = times((await list(shop, { pageSize: 20, orderBy: 'timestamp desc' })).data);
    expect(oldest).toEqual([...oldest].sort((one, other) => one - other));
    expect(newest).toEqual([...newest].sort((one, other) => other - one));
    expect(oldest.at(-1)!).toBeLessThan(newest.at(-1)!);
  });

  it('pages without gap or repetition, in both directions', async () => {
    for (const orderBy of ['timestamp asc', 'timestamp desc']) {
      const shop = incident();
      const whole = (await list(shop, { pageSize: 90, orderBy })).data['entries'] as Data[];
      const paged: Data[] = [];
      for (let pageToken = ''; paged.length < 90;) {
        const { data } = await list(shop, { pageSize: 30, orderBy, pageToken });
        paged.push(...(data['entries'] as Data[]));
        pageToken = String(data['nextPageToken']);
      }
      expect(paged.map(({ insertId }) => insertId)).toEqual(whole.map(({ insertId }) => insertId));
    }
  });

  it('may answer an empty page with a token, as the switch says', async () => {
    const shop = given(readScenario('issue-1278'), { switches: { emptyLogPages: true } });
    const first = await list(shop);
    expect(Object.keys(first.data)).toEqual(['nextPageToken']);
    expect((await list(shop, { pageToken: first.data['nextPageToken'] })).data['entries']).toHaveLength(50);
  });

  it('refuses the 61st call of a minute with 429, and takes it in the next minute', async () => {
    const shop = incident();
    for (let count = 0; count < 60; count++) expect((await list(shop, { pageSize: 1 })).status).toBe(200);
    expect(await list(shop)).toMatchObject({
      status: 429,
      data: {
        error: {
          status: 'RESOURCE_EXHAUSTED',
          message: expect.stringMatching(/^Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute'/),
          details: [
            { reason: 'RATE_LIMIT_EXCEEDED', domain: 'googleapis.com', metadata: { quota_limit_value: '60' } },
            { '@type': 'type.googleapis.com/google.rpc.Help' },
          ],
        },
      },
    });
    shop.clock.advance(60_000);
    expect((await list(shop)).status).toBe(200);
  });

  it('shows nothing of another project, and needs one to be named', async () => {
    const shop = incident();
    expect((await list(shop, { resourceNames: ['projects/other'] })).data).toEqual({});
    expect(await list(shop, { resourceNames: [] })).toMatchObject({ status: 400 });
    expect(pick((await list(shop, { resourceNames: [] })).data, 'error', 'status')).toBe('INVALID_ARGUMENT');
  });
});
