import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import type { RunStore } from '../../src/ports/store.ts';
import { storeHoldingClock } from '../../src/store/hold-clock.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { recordAt, storeContract } from './contract.ts';

storeContract('a store that holds time still', () => {
  const store = storeHoldingClock(new VirtualClock(), createMemoryStore());
  return { open: () => store };
});

it('time stands still while a save is on its way', async () => {
  const clock = new VirtualClock();
  const memory = createMemoryStore();
  const slow: RunStore = {
    ...memory,
    async save(record) {
      for (let hop = 0; hop < 5; hop++) await new Promise<void>((resolve) => setImmediate(resolve));
      await memory.save(record);
    },
  };
  let savedAt: number | null = null;
  void storeHoldingClock(clock, slow)
    .save(recordAt(1, 1))
    .then(() => (savedAt = clock.now()));
  void clock.sleepUntil(5);
  await clock.run(() => false);
  expect([savedAt, clock.now()]).toEqual([0, 5]);
});
