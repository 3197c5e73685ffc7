import type { RevisionRecord, ServedStretch } from '../model/testimony.ts';

export type BestStretches = Pick<RevisionRecord, 'best' | 'bestTimed'>;

/** The stretches in which the fewest were surely served badly. */
export function bestOf(stretches: readonly ServedStretch[]): BestStretches {
  const [best] = byUpper(stretches);
  const [bestTimed] = byUpper(stretches.filter(({ timed }) => timed));
  return { ...(best === undefined ? {} : { best }), ...(bestTimed === undefined ? {} : { bestTimed }) };
}

function byUpper(stretches: readonly ServedStretch[]): readonly ServedStretch[] {
  return stretches.toSorted((one, other) => one.upper - other.upper);
}
