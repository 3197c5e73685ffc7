import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFolderStore } from '../../src/store/folder.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { measureStepOverhead } from './support/step-overhead.ts';
import { thisHost } from './support/this-host.ts';

// Bounds are wide: they catch a step that has become ten times as dear, not a busy machine. The bench prints the figures.

it('a step with the memory store costs well below a millisecond', async () => {
  const { steps, p50Ms } = await measureStepOverhead(createMemoryStore());
  expect(steps).toBeGreaterThan(1_900);
  expect(p50Ms).toBeLessThan(1);
});

it('a step with the folder store costs a few milliseconds, whatever is synced', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'firebreak-overhead-'));
  try {
    const { p50Ms } = await measureStepOverhead(createFolderStore(dir, 'target', { host: thisHost() }), { steps: 200 });
    expect(p50Ms).toBeLessThan(50);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
