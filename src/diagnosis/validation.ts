import type { Outcome, ValidationCheck, ValidationReport, Verdict } from '../core/model/verdict.ts';

/**
 * The validation as a whole: passes when the share of passing checks reaches `passRate` and every check of a critical
 * category passes. A check that could not be measured is no pass; no checks at all are inconclusive.
 */
export function judgeValidation(checks: readonly ValidationCheck[], passRate: number, at: number): ValidationReport {
  const passed = checks.filter(({ verdict }) => verdict.outcome === 'pass').length;
  const rate = checks.length === 0 ? 0 : passed / checks.length;
  return { at, verdict: judge(checks, rate, passRate), passRate: rate, checks };
}

function judge(checks: readonly ValidationCheck[], rate: number, wanted: number): Verdict {
  if (checks.length === 0) return { outcome: 'inconclusive', because: 'there is nothing to check' };
  const said = `${Math.round(rate * 100)} % of ${checks.length} checks pass (wanted ${Math.round(wanted * 100)} %)`;
  const broken = checks.filter(({ critical, verdict }) => critical && verdict.outcome !== 'pass');
  const worst = broken.find(({ verdict }) => verdict.outcome === 'fail') ?? broken[0];
  if (worst !== undefined) return { outcome: worstOf(broken), because: `${said}; critical: ${worst.name}: ${worst.verdict.because}` };
  return { outcome: rate >= wanted ? 'pass' : 'fail', because: said };
}

function worstOf(broken: readonly ValidationCheck[]): Outcome {
  for (const outcome of ['fail', 'error'] as const) if (broken.some(({ verdict }) => verdict.outcome === outcome)) return outcome;
  return 'inconclusive';
}
