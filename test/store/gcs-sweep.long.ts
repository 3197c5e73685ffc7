import { describe, expect, test } from 'vitest';
import { runOnCloudStorage } from './support/cloud-incident.ts';

/** Odd, so that points before and after a write, of every kind of object, come up. */
const STRIDE = 17;

describe('issue 1278 with its memory in Cloud Storage, killed anywhere', async () => {
  const undisturbed = await runOnCloudStorage({});
  const points = undisturbed.points.map((_, index) => index + 1).filter((number) => number % STRIDE === 1);

  test.each(points)('ends the same when killed at point %i of the store', async (number) => {
    const survived = await runOnCloudStorage({ kills: new Set([number]) });
    expect(survived).toMatchObject({ outcome: 'recovered', journalOk: true });
    expect(survived.writes).toEqual(undisturbed.writes);
    expect(survived.traffic).toEqual(undisturbed.traffic);
  });
});
