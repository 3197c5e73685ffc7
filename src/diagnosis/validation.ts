import type { Outcome, ValidationCheck, ValidationReport, Verdict } from '../core/model/verdict.ts';

/**
 * The validation as a whole: passes when the share of passing checks reaches `passRate` and every check of a critical
 * category passes. A check that could not be measured is no pass; no checks at all are inconclusive. Where only unmeasured
 * checks stand between the rate and its goal, it is not a failure but not known. What did not reach its service, which others
 * say is well, is left out of both.
 */
export function judgeValidation(checks: readonly ValidationCheck[], passRate: number, at: number): ValidationReport {
  const counted = checks.filter(({ counts }) => counts !== false);
  const rate = counted.length === 0 ? 0 : countOf(counted, 'pass') / counted.length;
  const verdict = judge(counted, rate, passRate);
  const unreached = checks.filter(({ counts, beside }) => counts === false && beside !== true).length;
  const failing = checks.filter(({ beside, verdict: { outcome } }) => beside === true && outcome === 'fail');
  const said = [
    verdict.because,
    ...(unreached === 0 ? [] : [`${unreached} more not reachable from here and not counted, while their services are well`]),
    ...failing.map(({ verdict: { because } }) => `not counted: ${because.split('; ', 1)[0] ?? because}`),
  ].join('; ');
  return { at, verdict: { ...verdict, because: said }, passRate: rate, checks };
}

function judge(checks: readonly ValidationCheck[], rate: number, wanted: number): Verdict {
  if (checks.length === 0) return { outcome: 'inconclusive', because: 'there is nothing to check' };
  const said = `${Math.round(rate * 100)} % of ${checks.length} checks pass (wanted ${Math.round(wanted * 100)} %)`;
  const broken = checks.filter(({ critical, verdict }) => critical && verdict.outcome !== 'pass');
  const worst = broken.find(({ verdict }) => verdict.outcome === 'fail') ?? broken[0];
  if (worst !== undefined) return { outcome: worstOf(broken), because: `${said}; critical: ${worst.name}: ${worst.verdict.because}` };
  if (rate >= wanted) return { outcome: 'pass', because: said };
  const failed = countOf(checks, 'fail');
  if (1 - failed / checks.length < wanted) return { outcome: 'fail', because: said };
  const unmeasured = checks.filter(({ verdict }) => verdict.outcome !== 'pass' && verdict.outcome !== 'fail');
  return { outcome: worstOf(unmeasured), because: `${said}; ${unmeasured.length} could not be measured` };
}

function worstOf(checks: readonly ValidationCheck[]): Outcome {
  for (const outcome of ['fail', 'error'] as const) if (countOf(checks, outcome) > 0) return outcome;
  return 'inconclusive';
}

function countOf(checks: readonly ValidationCheck[], outcome: Outcome): number {
  return checks.filter(({ verdict }) => verdict.outcome === outcome).length;
}
