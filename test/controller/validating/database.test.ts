import { describe, expect, it } from 'vitest';
import type { RemediationSpec } from '../../../src/core/model/spec.ts';
import type { DatabaseAnswer } from '../../../src/ports/probes.ts';
import { becauseOf, validated } from './support/validated.ts';

const PROBE = {
  host: 'db',
  port: 5_432,
  database: 'app',
  user: 'probe',
  password: null,
  tls: true,
  connections: 3,
  maxConnectMs: 30_000,
  warnConnectMs: 25_000,
};
const withProbe = (spec: RemediationSpec): RemediationSpec => ({ ...spec, databases: [{ ...spec.databases[0]!, probe: PROBE }] });
const FULL = 'FATAL 53300 (no connection slot is left): sorry, too many clients already';

describe('the database check', () => {
  it.each<readonly [string, DatabaseAnswer['connections'], string]>([
    ['all in time', well(12, 30, 20), 'pass: all 3 answered, slowest 30ms'],
    ['slow enough to be pointed out', well(12, 26_000, 20), 'pass: all 3 answered, slowest 26s; WARNING: above 25s'],
    [
      'a slow query',
      [...well(12, 20), { connectMs: 27_000, queryMs: 26_500, problem: null }],
      'pass: all 3 answered, slowest 27s, 26.5s of it the query; WARNING: above 25s',
    ],
    ['too slow', well(12, 20, 30_001), 'fail: slowest 30s, allowed 30s'],
    ['some refused', [...well(12), ...failed(FULL, FULL)], `fail: 2 of 3 failed: 2 × ${FULL}`],
    ['failures of several kinds', failed('refused', 'reset', 'refused'), 'fail: 3 of 3 failed: 2 × refused; 1 × reset'],
    [
      'a query that is never answered',
      failed('logged in, but SELECT 1 is not answered (given up after 30s)'),
      'fail: 1 of 1 failed: 1 × logged in, but SELECT 1 is not answered (given up after 30s)',
    ],
    ['nothing tried', [], 'inconclusive: no connection was tried'],
  ])('%s', async (_what, connections, expected) => {
    const report = await validated({ change: withProbe, database: () => async () => ({ connections }) });
    expect(becauseOf(report, '3 connections at once')).toBe(expected);
    expect(report.verdict.outcome).toBe(expected.split(':')[0]);
  });

  it('is not made where the document asks for none', async () => {
    const report = await validated();
    expect(report.checks.some(({ category }) => category === 'database operations')).toBe(false);
  });
});

function well(...connectMs: readonly number[]): DatabaseAnswer['connections'] {
  return connectMs.map((ms) => ({ connectMs: ms, problem: null }));
}

function failed(...problems: readonly string[]): DatabaseAnswer['connections'] {
  return problems.map((problem) => ({ connectMs: null, problem }));
}
