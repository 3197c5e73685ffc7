/** What requests wish, in words that can be compared. */

export type Fields = Readonly<Record<string, unknown>>;

/** A traffic vector, `revision percent` per line; LATEST stands for itself. */
export type Vector = readonly { readonly revision: string; readonly percent: number }[];

/** The traffic that a request wishes; null when it says nothing of traffic. */
export function vectorOf(traffic: unknown): Vector | null {
  if (!Array.isArray(traffic)) return null;
  return (traffic as readonly Fields[]).map(({ revision, percent }) => {
    const name = typeof revision === 'string' && revision !== '' ? revision.slice(revision.lastIndexOf('/') + 1) : 'LATEST';
    return { revision: name, percent: Number(percent ?? 0) };
  });
}

export function spelled(vector: Vector): string {
  return vector
    .filter(({ percent }) => percent > 0)
    .map(({ revision, percent }) => `${revision} ${percent} %`)
    .sort()
    .join(', ');
}

export function boundsOf({ minInstances, maxInstances, machineType }: Fields): string {
  return `${String(minInstances)}–${String(maxInstances)} ${String(machineType)}`;
}
