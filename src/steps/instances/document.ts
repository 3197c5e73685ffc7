import { z } from 'zod';
import { count } from '../../spec/fields.ts';
import type { DesiredKey } from '../desired-key.ts';
import type { DesiredInstances } from './change.ts';

const schema = z
  .strictObject({
    min: count('Instances kept warm.', 0, 1_000).optional(),
    max: count('Instances at most; none of them is above the maximum of its own revision.', 1, 1_000).optional(),
  })
  .describe('Bounds of the whole service, in force at once and without a new revision.');

/** `services[].instances` */
export const instances: DesiredKey<typeof schema, DesiredInstances> = {
  schema,
  resolve: ({ min, max }) => ({ min: min ?? null, max: max ?? null }),
  problems: ({ min = 0, max = Infinity }) =>
    min <= max
      ? []
      : [{ code: 'spec-out-of-range', path: ['min'], what: `${min} is more than max (${max})`, fix: 'make min the smaller one' }],
};
