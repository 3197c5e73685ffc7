const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Sizes that Cloud Run takes and people write, each with the least cpu that it asks for (cloud.google.com/run/docs/configuring/services/memory-limits). */
const SIZES: readonly { readonly memory: number; readonly leastCpu: number }[] = [
  { memory: 512 * MIB, leastCpu: 0 },
  { memory: GIB, leastCpu: 1 },
  { memory: 2 * GIB, leastCpu: 1 },
  { memory: 4 * GIB, leastCpu: 1 },
  { memory: 8 * GIB, leastCpu: 2 },
  { memory: 16 * GIB, leastCpu: 4 },
  { memory: 32 * GIB, leastCpu: 8 },
];

/** What was used when a container died is the least it needs: a quarter is left above it. Ours to choose. */
const SPARE = 1.25;

/** The least size above all of these, and the cpu where that must rise with it; null: there is none, or nothing was read. */
export function memoryThatFits(
  known: readonly (string | null | undefined)[],
  cpu: string | null,
): { readonly memory: number; readonly cpu: number | null } | null {
  const bytes = known.flatMap((text) => (text == null ? [] : [bytesOf(text)])).filter((size) => size > 0);
  if (bytes.length === 0) return null;
  const size = SIZES.find(({ memory }) => memory >= Math.max(...bytes) * SPARE);
  if (size === undefined) return null;
  const has = cpu === null ? 1 : cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1_000 : Number(cpu);
  return { memory: size.memory, cpu: size.leastCpu > has ? size.leastCpu : null };
}

/** As gcloud takes it. */
export function sayMemory(bytes: number): string {
  return bytes >= GIB ? `${bytes / GIB}Gi` : `${bytes / MIB}Mi`;
}

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: MIB, G: GIB };

/** `512Mi`, `512 MiB`, `1G`; 0: not read. */
function bytesOf(text: string): number {
  const [, amount, unit = ''] = /^([\d.]{1,12}) ?([KMG])?(?:i?B?)$/.exec(text) ?? [];
  return amount === undefined ? 0 : Number(amount) * (UNITS[unit] ?? 1);
}
