import type { Clock } from '../ports/clock.ts';

/**
 * A client that is loaded at its first use, because loading it costs more than asking it (libraries 2). Time stands still while
 * it loads; a load that failed is tried again at the next use.
 */
export function lazy<T>(clock: Clock, load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return async () => {
    loading ??= clock.during(load());
    try {
      return await loading;
    } catch (thrown) {
      loading = null;
      throw thrown;
    }
  };
}
