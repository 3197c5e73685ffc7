import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { HeaviestFirst } from './heaviest-first.ts';

/**
 * `*.test.ts` are the suites of `npm test`; `*.wide.ts` what every change must pass besides (`npm run test:wide`: programs that are
 * killed, seeds, random worlds, more cases of each sweep); `*.long.ts` the long sweeps (1,000 seeds, every crash boundary, every case),
 * run by `npm run test:long`. Modules are Node's own, as in the program: Vitest's runner costs a fifth of the time more. Two forks: the suites start whole processes of their own, and a build
 * machine has two cores. Each fork runs one file after the other with what it has loaded already: what modules of the program
 * remember are answers that depend on nothing but what was asked, and no suite changes a module.
 */
const suite = process.env['FIREBREAK_SUITE'] ?? 'test';
const isLong = suite === 'long';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    environment: 'node',
    include: [`test/**/*.${suite}.ts`],
    passWithNoTests: isLong,
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    sequence: { sequencer: HeaviestFirst },
    // Bounds against a hang, not measures: a busy machine takes ten times as long as a quiet one.
    testTimeout: isLong ? 600_000 : 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 5_000,
    restoreMocks: true,
    unstubEnvs: true,
    // A sandboxed HTTP proxy must not see what tests say to 127.0.0.1. The programs that suites start read what Node has compiled before, as
    // `firebreak` does by itself: without it each of them compiles 900 files anew, which is most of what a short one costs.
    env: {
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'node-compile-cache'),
    },
    reporters: process.env['CI'] ? ['dot'] : ['default'],
  },
});
