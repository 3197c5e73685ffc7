import { mergeConfig } from 'vitest/config';
import base from '../vitest.config.ts';
import { chosenMutant, mutated } from './mutants.ts';

/** The ordinary suites over the program with one rule given up (FIREBREAK_MUTANT=NAME). */
const mutant = chosenMutant();

export default mergeConfig(base, {
  plugins: [
    {
      name: 'firebreak-mutant',
      enforce: 'pre',
      transform: (text: string, id: string) => (mutant === null ? null : mutated(mutant, id.split('?', 1)[0] ?? id, text)),
    },
  ],
  // A module cache on disk would not know one mutant from another.
  test: { fsModuleCache: false, reporters: ['dot'], maxWorkers: 1, bail: 1 },
});
