import { z } from 'zod';
import { count } from '../../spec/fields.ts';
import type { WishKey } from '../wish-key.ts';
import type { InstancesWish } from './change.ts';

const schema = z
  .strictObject({
    min: count('Instances kept warm.', 0, 1_000).optional(),
    max: count('Instances at most; none of them is above the maximum of its own revision.', 1, 1_000).optional(),
  })
  .describe('Bounds of the whole service, in force at once and without a new revision.');

/** `services[].instances` */
export const instances: WishKey<typeof schema, InstancesWish> = {
  schema,
  resolve: ({ min, max }) => ({ min: min ?? null, max: max ?? null }),
  problems: ({ min = 0, max = Infinity }) =>
    min <= max
      ? []
      : [{ code: 'spec-out-of-range', path: ['min'], what: `${min} is more than max (${max})`, fix: 'make min the smaller one' }],
};
