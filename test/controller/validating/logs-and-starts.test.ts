import { describe, expect, it } from 'vitest';
import { checkLogs } from '../../../src/controller/validating/log-gate.ts';
import type { Validation } from '../../../src/controller/validating/options.ts';
import { checkStarts } from '../../../src/controller/validating/starts-check.ts';
import { MINUTE, SECOND } from '../../../src/core/duration.ts';
import { TransientError } from '../../../src/core/errors.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { ServiceObservation } from '../../../src/core/model/observation.ts';
import type { RawLogEntry } from '../../../src/ports/cloud.ts';
import { AUTH, BACKEND, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, logGroup, wellWorld } from '../../diagnosis/fixtures.ts';
import { never } from './support/validated.ts';

const LINE: RawLogEntry = {
  insertId: 'a',
  at: NOW - MINUTE,
  severity: 'INFO',
  service: BACKEND,
  revision: NEW_BACKEND,
  instance: null,
  logName: 'stdout',
  http: null,
  text: 'redis: Error -3 connecting to 10.166.204.83:6379. Temporary failure in name resolution.',
};

interface Given {
  readonly lines?: readonly RawLogEntry[] | Error;
  readonly servingSince?: Readonly<Record<string, number>>;
  readonly starts?: readonly ServiceObservation['starts'][];
  /** Revisions of which containers died, and when last. */
  readonly died?: readonly (readonly [service: string, revision: string, at: number])[];
}

function validation({ lines = [], servingSince = {}, starts = [], died = [] }: Given): Validation {
  const spec = { ...SPEC, validation: { ...SPEC.validation, forbiddenLogs: ['error -3'], startupSuccessRate: 0.9 } };
  const observed = wellWorld();
  const services = Object.values(observed.services).map((service, index) => [
    service.name,
    { ...service, starts: starts[index] ?? absent('starts', 'no series') },
  ]);
  const read = async () => {
    if (lines instanceof Error) throw lines;
    return lines as readonly RawLogEntry[];
  };
  return {
    options: { spec, clock: { now: () => NOW }, cloud: { logs: { read } } } as unknown as Validation['options'],
    observation: {
      ...observed,
      services: Object.fromEntries(services),
      logs: fresh(
        died.map(([service, revision, lastAt]) => logGroup('container-exit', service, revision, 3, { lastAt })),
        NOW,
        'logs',
      ),
    },
    facts: { intended: {}, servingSince },
    uriOf: () => null,
    signal: never,
  };
}

describe('the log gate', () => {
  const cases: readonly (readonly [string, Given, string])[] = [
    ['silence of ten minutes', {}, 'pass: none in the last 10m'],
    ['a forbidden text, in any case, at any severity', { lines: [LINE] }, `fail: 1 × in ${NEW_BACKEND}: ${LINE.text}`],
    ['the same from a revision that serves no more', { lines: [{ ...LINE, revision: OLD_BACKEND }] }, 'pass: none in the last 10m'],
    [
      'the same from before our change',
      { lines: [LINE], servingSince: { [BACKEND]: NOW - 50 * SECOND } },
      `inconclusive: ${BACKEND}: serves for less than 2m`,
    ],
    [
      'the same since our change',
      { lines: [LINE], servingSince: { [BACKEND]: NOW - 5 * MINUTE } },
      `fail: 1 × in ${NEW_BACKEND}: ${LINE.text}`,
    ],
    ['a line that the search found for another reason', { lines: [{ ...LINE, text: 'error - 30 seconds' }] }, 'pass: none in the last 10m'],
    [
      'logs that cannot be read',
      { lines: new TransientError('RATE_LIMITED', 'quota') },
      'error: the logs could not be read (RATE_LIMITED: quota)',
    ],
  ];
  it.each(cases)('%s', async (_what, given, expected) => {
    const [check] = await checkLogs(validation(given));
    expect(`${check?.verdict.outcome}: ${check?.verdict.because}`).toBe(expected);
    expect(check?.critical).toBe(true);
  });

  it('lets a bug of ours through', async () => {
    await expect(checkLogs(validation({ lines: new Error('bug') }))).rejects.toThrow('bug');
  });
});

describe('the start-up success rate', () => {
  const counted = (succeeded: number, failed: number): ServiceObservation['starts'] => fresh({ succeeded, failed }, NOW, 'starts');
  const cases: readonly (readonly [string, Given, RegExp, boolean])[] = [
    ['not measured', {}, /^inconclusive: .*not measured \(no series\)/, false],
    ['no start at all', { starts: [counted(0, 0), counted(0, 0), counted(0, 0)] }, /^inconclusive: .*no container started/, false],
    ['late figures', { starts: [{ ...counted(9, 9), freshness: 'late' }] }, /^inconclusive: .*the figure is late/, false],
    ['all of the counted starts', { starts: [counted(4, 0)] }, /^pass: netra-auth-service: 4 of 4 starts succeeded$/, false],
    ['just above the rate', { starts: [counted(19, 1)] }, /^pass: /, false],
    [
      'exactly the rate is not above it',
      { starts: [counted(9, 1)], died: [[AUTH, `${AUTH}-00100-aaa`, NOW]] },
      /^fail: netra-auth-service: 9 of 10 starts succeeded, wanted above 90 %$/,
      true,
    ],
    [
      'one bad service among good ones',
      { starts: [counted(4, 0), counted(1, 5)], died: [[BACKEND, NEW_BACKEND, NOW]] },
      /^fail: netra-backend-staging: 1 of 6/,
      true,
    ],
    [
      'failures of a revision that serves no more',
      { starts: [counted(4, 0), counted(1, 5)], died: [[BACKEND, OLD_BACKEND, NOW]] },
      /^pass: netra-auth-service: 4 of 4/,
      false,
    ],
    [
      'failures of the serving revision from before it served',
      {
        starts: [counted(0, 0), counted(1, 5)],
        died: [[BACKEND, NEW_BACKEND, NOW - 4 * MINUTE]],
        servingSince: { [BACKEND]: NOW - 3 * MINUTE },
      },
      /^inconclusive: .*1 of 6 starts succeeded, wanted above 90 %; but none that failed is of netra-backend-staging-00750-69k since it serves/,
      false,
    ],
  ];
  it.each(cases)('%s', (_what, given, expected, critical) => {
    const [check] = checkStarts(validation(given));
    expect(`${check?.verdict.outcome}: ${check?.verdict.because}`).toMatch(expected);
    expect(check?.critical).toBe(critical);
  });
});
