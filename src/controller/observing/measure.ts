import { FirebreakError } from '../../core/errors.ts';
import { absent, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { Clock } from '../../ports/clock.ts';
import { NO_SERIES } from '../../diagnosis/witnesses/request-evidence.ts';

/** A reading of now, or its absence with the reason. */
export async function measured<T>(source: string, clock: Clock, read: () => Promise<T>): Promise<Measured<T>> {
  try {
    return fresh(await read(), clock.now(), source);
  } catch (thrown) {
    return absent(source, problemOf(thrown));
  }
}

/** A metric port answers `Measured` itself; only its failure is ours to say. */
export async function metric<T>(source: string, read: () => Promise<Measured<T>>): Promise<Measured<T>> {
  try {
    return await read();
  } catch (thrown) {
    return absent(source, problemOf(thrown));
  }
}

/** Series by service; a service without one is absent, never zero. */
export async function metricsByService<T>(
  source: string,
  read: () => Promise<Readonly<Record<string, Measured<T>>>>,
): Promise<(service: string) => Measured<T>> {
  try {
    const series = await read();
    return (service) => series[service] ?? absent(source, NO_SERIES);
  } catch (thrown) {
    const problem = problemOf(thrown);
    return () => absent(source, problem);
  }
}

/** Bugs of ours must not pass as "could not be read". */
export function problemOf(thrown: unknown): string {
  if (thrown instanceof FirebreakError && thrown.kind !== 'invariant' && thrown.kind !== 'fenced')
    return `${thrown.code}: ${thrown.message}`;
  throw thrown;
}
