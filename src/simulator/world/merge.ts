/**
 * `patch` laid over `base`: objects key by key, lists of things with a `name` (or an `id`) by that name, new ones at the end;
 * a thing of another `kind`, and anything else, is replaced. Neither argument is changed.
 */
export function mergeDeeply(base: unknown, patch: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(patch)) return mergeLists(base, patch);
  if (!isObject(base) || !isObject(patch)) return patch;
  if ('kind' in base && 'kind' in patch && base['kind'] !== patch['kind']) return patch;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) merged[key] = key in base ? mergeDeeply(base[key], value) : value;
  return merged;
}

function mergeLists(base: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  if (patch.length === 0 || ![...base, ...patch].every((one) => labelOf(one) !== null)) return patch;
  const merged = base.map((one) => {
    const over = patch.find((other) => labelOf(other) === labelOf(one));
    return over === undefined ? one : mergeDeeply(one, over);
  });
  return [...merged, ...patch.filter((one) => !base.some((other) => labelOf(other) === labelOf(one)))];
}

function labelOf(value: unknown): string | null {
  if (!isObject(value)) return null;
  const label = value['name'] ?? value['id'];
  return typeof label === 'string' ? label : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
