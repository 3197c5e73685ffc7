import { defined } from '../core/defined.ts';
import { scenarioSchema, type ScenarioFault } from './scenario.ts';

/** One fault as a scenario spells it (`{id, match, from?, for?, times?, answer}`), or what is wrong with it. */
export function readFault(value: unknown): ScenarioFault | string {
  const result = scenarioSchema.shape.faults.safeParse([value]);
  if (result.success) return defined(result.data[0]);
  return result.error.issues.map((issue) => `${issue.path.slice(1).join('.')}: ${issue.message}`).join('; ');
}
