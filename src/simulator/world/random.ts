/** The world's own chance: small, fast, and a function of its seed alone. */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** How many events of a Poisson process with this mean. */
  poisson(mean: number): number;
  /** Normal, mean 0, deviation 1. */
  normal(): number;
  /** Another one that goes on from here, the same or, with `turn`, on a course of its own. */
  fork(turn?: number): Chance;
}

/** mulberry32 behind three distributions. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state);
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const poisson = (mean: number): number => {
    if (mean <= 0) return 0;
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const floor = Math.exp(-mean);
    let events = 0;
    for (let product = next(); product > floor; product *= next()) events += 1;
    return events;
  };
  return { next, poisson, normal, fork: (turn = 0) => createChance((state ^ Math.imul(turn, 0x9e3779b1)) >>> 0) };
}

/** Chance without a state, for answers that must not depend on how often somebody asks: uniform in [0, 1). */
export function drawn(seed: number, ...parts: readonly (string | number)[]): number {
  return mix(hash(seed, parts.join('\u0000')));
}

/** `length` hexadecimal digits, a function of its arguments. */
export function hexFor(length: number, seed: number, ...parts: readonly (string | number)[]): string {
  let state = hash(seed, parts.join('\u0000'));
  let digits = '';
  while (digits.length < length) {
    state = (state + 0x6d2b79f5) >>> 0;
    digits += Math.floor(mix(state) * 0x100000000)
      .toString(16)
      .padStart(8, '0');
  }
  return digits.slice(0, length);
}

/** FNV-1a, seeded. */
function hash(seed: number, text: string): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}

function mix(state: number): number {
  let mixed = state;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
