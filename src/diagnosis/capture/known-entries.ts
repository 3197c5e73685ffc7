/** Entries by what Cloud Logging itself tells them apart by, log, time and insertId; and by their size, because hand-made captures reuse ids. */
export interface KnownEntries {
  /** Whether this entry was asked for before; one without an insertId never was. `size` in bytes. */
  has(json: Readonly<Record<string, unknown>>, size: number): boolean;
  /** How often the answer was yes. */
  readonly repeated: number;
}

/** So many are remembered, about 30 MB; what comes after them is taken for new. */
const MOST = 200_000;

/** Exports that were put together overlap; memory stays bounded. */
export function createKnownEntries(most = MOST): KnownEntries {
  const known = new Set<string>();
  let repeated = 0;
  return {
    has({ insertId, timestamp, logName }, size) {
      if (typeof insertId !== 'string' || insertId === '' || typeof timestamp !== 'string') return false;
      const key = `${insertId}\n${timestamp}\n${typeof logName === 'string' ? logName : ''}\n${size}`;
      if (known.has(key)) {
        repeated += 1;
        return true;
      }
      if (known.size < most) known.add(key);
      return false;
    },
    get repeated() {
      return repeated;
    },
  };
}
