import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { HeaviestFirst } from './heaviest-first.ts';

/**
 * `*.test.ts` is what every change must pass; `*.long.ts` are the long sweeps (1,000 seeds, every crash boundary, every case of what
 * the suites take a spread of), run by `npm run test:long`. Two forks: the suites start whole processes of their own, and a build
 * machine has two cores. Each fork runs one file after the other with what it has loaded already: what modules of the program
 * remember are answers that depend on nothing but what was asked, and no suite changes a module.
 */
const long = process.env['FIREBREAK_LONG'] === '1';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    environment: 'node',
    include: [long ? 'test/**/*.long.ts' : 'test/**/*.test.ts'],
    passWithNoTests: long,
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    sequence: { sequencer: HeaviestFirst },
    // Bounds against a hang, not measures: a busy machine takes ten times as long as a quiet one.
    testTimeout: long ? 600_000 : 300_000,
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
