import { expect, test } from 'vitest';
import { pinTraffic } from '../../../src/controller/activities/traffic.ts';
import { restoreTraffic } from '../../../src/controller/activities/restore.ts';
import type { CloudRunPort } from '../../../src/ports/cloud.ts';
import { rig, timed } from '../../steps/support/rig.ts';
import type { Rig } from '../../steps/support/rig.ts';

const BACKEND = 'netra-backend-staging';
const STEP = `pin:${BACKEND}`;

/** The same run, and the order in which its port is asked. */
function heard({ options }: Rig): { readonly options: Rig['options']; readonly calls: string[] } {
  const calls: string[] = [];
  const note = <Key extends 'prepareWrites' | 'getService' | 'setTraffic'>(key: Key): Pick<CloudRunPort, Key> => {
    const ask = options.cloud.run[key] as (...of: readonly unknown[]) => unknown;
    return { [key]: (...of: readonly unknown[]) => (calls.push(key), ask(...of)) } as unknown as Pick<CloudRunPort, Key>;
  };
  const run = { ...options.cloud.run, ...note('prepareWrites'), ...note('getService'), ...note('setTraffic') };
  return { options: { ...options, cloud: { ...options.cloud, run } }, calls };
}

test('what a write of traffic needs is loaded before the etag is read under which it is sent', async () => {
  const held = await rig({ applied: STEP });
  const { options, calls } = heard(held);
  const { mutation } = await timed(held.clock, pinTraffic(options, held.step(STEP), held.context));
  expect(calls).toEqual(['prepareWrites', 'getService', 'setTraffic']);
  const traffic = mutation.before.kind === 'traffic' ? mutation.before.traffic : [];
  await timed(held.clock, restoreTraffic(options, { service: BACKEND, traffic, planHash: held.plan.hash }, held.context));
  expect(calls.slice(3, 6)).toEqual(['prepareWrites', 'getService', 'setTraffic']);
});
