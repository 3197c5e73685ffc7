import { createMemoryStore } from '../../src/store/memory.ts';
import { storeContract } from './contract.ts';

storeContract('the memory store', () => {
  const dead = new Set<string>();
  const store = createMemoryStore('memory', { isDead: (holder) => dead.has(holder.token) });
  return { open: () => store, kill: (holder) => void dead.add(holder.token) };
});
