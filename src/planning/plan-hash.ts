import { createHash } from 'node:crypto';
import type { PlanStep } from '../core/model/plan.ts';

/** Names what a plan decides: sha256 (hex) over the steps' ids, decisions and changes; times and words do not count. */
export function planHash(steps: readonly PlanStep[]): string {
  const decided = steps.map(({ id, decision, change }) => ({ id, decision, change }));
  return createHash('sha256').update(sorted(decided)).digest('hex');
}

/** JSON with sorted keys, so that a plan that was saved and loaded hashes the same. */
function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${sorted(field)}`).join(',')}}`;
}
