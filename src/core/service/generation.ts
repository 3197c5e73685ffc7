/** Every change of a service's wish raises its generation by one. */
export function nextGeneration(generation: string): string {
  return /^\d+$/.test(generation) ? String(BigInt(generation) + 1n) : generation;
}

/** The newest that a service can have had before `generation`. */
export function generationBefore(generation: string | null): string | null {
  return generation !== null && /^\d+$/.test(generation) ? String(BigInt(generation) - 1n) : generation;
}
