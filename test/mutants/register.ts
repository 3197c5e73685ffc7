import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chosenMutant, mutated } from './mutants.ts';

/** `node --import test/mutants/register.ts …` with FIREBREAK_MUTANT=NAME: the program with one rule given up. */
const mutant = chosenMutant();

if (mutant !== null)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:') || loaded.source === null || loaded.source === undefined) return loaded;
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source as Uint8Array);
      const changed = mutated(mutant, fileURLToPath(url.split('?', 1)[0] ?? url), text);
      return changed === null ? loaded : { ...loaded, source: changed };
    },
  });
