import type { RemediationSpec } from '../../core/model/spec.ts';
import type { ValidationCheck } from '../../core/model/verdict.ts';

/** What the services are called in their own category. */
export const healthyName = (service: string): string => `${service} is healthy`;

/**
 * Checks that fail although the service they ask is well, or that do not reach it: no change of a run would mend them. Each in
 * words, as what it means for the end of a run.
 */
export function unmeetable(checks: readonly ValidationCheck[], { validation }: Pick<RemediationSpec, 'validation'>): readonly string[] {
  const well = new Set(checks.filter(({ verdict }) => verdict.outcome === 'pass').map(({ name }) => name));
  const asked = validation.categories.flatMap(({ name: category, checks: each }) => each.map((check) => ({ category, ...check })));
  return checks.flatMap((found) => {
    const { category, name, critical, verdict } = found;
    if (found.beside === true) return [];
    if (found.counts === false) return [`check "${name}" says nothing of a run: ${verdict.because}`];
    if (found.mend !== undefined) return [`check "${name}" cannot pass from here: ${verdict.because}`];
    const check = asked.find((one) => one.category === category && one.name === name);
    if (check === undefined || verdict.outcome !== 'fail' || !well.has(healthyName(check.service))) return [];
    const means = critical
      ? 'a run could not end recovered'
      : `it would count against the pass rate of ${Math.round(validation.passRate * 100)} %`;
    return [`check "${name}" of ${check.service} fails now although the service is well (${verdict.because}): while that is so, ${means}`];
  });
}
