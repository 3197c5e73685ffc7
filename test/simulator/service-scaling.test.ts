import { describe, expect, it } from 'vitest';
import { finished, given, pick, SHOP } from './support/given.ts';

describe('the scaling of a service', () => {
  it('is in force without a new revision', async () => {
    const shop = given();
    const sent = await shop.call('PATCH', `${SHOP}?updateMask=scaling`, { scaling: { minInstanceCount: 2, maxInstanceCount: 3 } });
    const ended = await finished(shop, 'v2', sent);
    expect(pick(ended, 'response', 'scaling')).toEqual({ minInstanceCount: 2, maxInstanceCount: 3 });
    expect(pick(ended, 'response', 'latestCreatedRevision')).toMatch(/\/shop-00007-abc$/);
  });

  it('can be changed one bound at a time, and taken away', async () => {
    const shop = given();
    await finished(shop, 'v2', await shop.call('PATCH', `${SHOP}?updateMask=scaling`, { scaling: { maxInstanceCount: 3 } }));
    const one = await shop.call('PATCH', `${SHOP}?updateMask=scaling.minInstanceCount`, { scaling: { minInstanceCount: 1 } });
    expect(pick(await finished(shop, 'v2', one), 'response', 'scaling')).toEqual({ minInstanceCount: 1, maxInstanceCount: 3 });
    const none = await finished(shop, 'v2', await shop.call('PATCH', `${SHOP}?updateMask=scaling`, {}));
    expect(pick(none, 'response', 'scaling')).toBeUndefined();
  });

  it.each([
    ['fewer instances at most than at least', { minInstanceCount: 5, maxInstanceCount: 3 }, 400, 'must not exceed'],
    ['a field that it does not have', { instances: 5 }, 400, 'instances'],
    ['a number fixed by hand, which is not simulated', { scalingMode: 'MANUAL', manualInstanceCount: 3 }, 501, 'MANUAL'],
  ])('refuses %s', async (_case, scaling, status, said) => {
    const answer = await given().call('PATCH', `${SHOP}?updateMask=scaling`, { scaling });
    expect(answer).toMatchObject({ status, data: { error: { message: expect.stringContaining(said) } } });
  });
});
