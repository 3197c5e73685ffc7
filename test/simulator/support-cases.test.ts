import { describe, expect, it } from 'vitest';
import { given, pick, PROJECT, type Data, type Given } from './support/given.ts';

const CASES = `/v2/projects/${PROJECT}/cases`;

async function draft({ call }: Given): Promise<Data> {
  const { data } = await call('GET', `/v2/caseClassifications:search?query=${encodeURIComponent('display_name:"*Cloud Run*"')}`);
  return {
    displayName: 'Backend answers 503 [run-1]',
    description: 'since noon',
    classification: { id: pick(data, 'caseClassifications', 0, 'id') },
    priority: 'P1',
  };
}

async function opened(shop: Given): Promise<string> {
  return `/v2/${(await shop.call('POST', CASES, await draft(shop))).data['name']}`;
}

describe('cases', () => {
  it('are created NEW, taken up after minutes, escalated and closed', async () => {
    const shop = given();
    const path = await opened(shop);
    expect((await shop.call('GET', path)).data).toMatchObject({ state: 'NEW', priority: 'P1', languageCode: 'en' });
    shop.clock.advance(600_000);
    expect((await shop.call('GET', path)).data).toMatchObject({ state: 'IN_PROGRESS_GOOGLE_SUPPORT' });
    const escalation = { escalation: { reason: 'RESOLUTION_TIME', justification: 'two hours' } };
    expect((await shop.call('POST', `${path}:escalate`, escalation)).data).toMatchObject({ escalated: true });
    expect(await shop.call('POST', `${path}:escalate`, escalation)).toMatchObject({
      status: 400,
      data: { error: { status: 'FAILED_PRECONDITION' } },
    });
    expect((await shop.call('POST', `${path}:close`)).data).toMatchObject({ state: 'CLOSED' });
    expect(await shop.call('POST', `${path}/comments`, { body: 'more' })).toMatchObject({ status: 400 });
  });

  it('are created again by the same request: there is no request id', async () => {
    const shop = given();
    expect(await opened(shop)).not.toBe(await opened(shop));
  });

  it.each([
    ['no display name', { displayName: '' }],
    ['no description', { description: '' }],
    ['no priority', { priority: undefined }],
    ['a priority that does not exist', { priority: 'P5' }],
    ['a classification that is dead', { classification: { id: 'dead' } }],
    ['the severity of older days', { severity: 'S1' }],
  ])('are refused with %s', async (_case, change) => {
    const shop = given();
    expect(await shop.call('POST', CASES, { ...(await draft(shop)), ...change })).toMatchObject({
      status: 400,
      data: { error: { status: 'INVALID_ARGUMENT' } },
    });
    expect(shop.simulator.writes()).toEqual([]);
  });

  it('are listed by state, and no other way of asking for the open ones', async () => {
    const shop = given();
    const [first, second] = [await opened(shop), await opened(shop)];
    await shop.call('POST', `${first}:close`);
    const listed = await shop.call('GET', `${CASES}?filter=state%3DOPEN`);
    expect(listed.data).toMatchObject({ cases: [{ name: second.slice('/v2/'.length) }] });
    expect(listed.data['cases']).toHaveLength(1);
    expect(await shop.call('GET', `${CASES}?filter=${encodeURIComponent('state!=CLOSED')}`)).toMatchObject({ status: 400 });
  });

  it('are found by a text in name or comments', async () => {
    const shop = given();
    const path = await opened(shop);
    await shop.call('POST', `${path}/comments`, { body: 'marker-42 in a comment' });
    const search = (text: string) => shop.call('GET', `${CASES}:search?query=${encodeURIComponent(`"${text}" AND state=OPEN`)}`);
    expect((await search('[run-1]')).data['cases']).toHaveLength(1);
    expect((await search('marker-42')).data['cases']).toHaveLength(1);
    expect((await search('other')).data).toEqual({});
  });

  it('take comments of at most 12,800 characters', async () => {
    const shop = given();
    const path = await opened(shop);
    expect((await shop.call('POST', `${path}/comments`, { body: 'x'.repeat(12_800) })).status).toBe(200);
    expect((await shop.call('POST', `${path}/comments`, { body: 'x'.repeat(12_801) })).status).toBe(400);
    expect((await shop.call('GET', `${path}/comments`)).data['comments']).toHaveLength(1);
  });

  it('are forbidden without a support plan', async () => {
    const shop = given({ support: { plan: false } });
    for (const path of [CASES, '/v2/caseClassifications:search?query=run'])
      expect(await shop.call('GET', path)).toMatchObject({ status: 403 });
    expect(await shop.call('POST', CASES, {})).toMatchObject({ status: 403, data: { error: { status: 'PERMISSION_DENIED' } } });
  });
});
