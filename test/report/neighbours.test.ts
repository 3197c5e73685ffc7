import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { heldAgainstNeighbours } from '../../src/report/neighbours.ts';
import { BACKEND } from '../diagnosis/fixtures.ts';
import { recoveredRun, tick } from './journal.ts';

const [FRONT, AUTH] = ['netra-frontend-staging', 'netra-auth-service'];
const PINNED = recoveredRun().find(({ event }) => event === 'pinTraffic.done')!;

const look = (minutes: number, gates: Readonly<Record<string, string>>, improved = false) =>
  tick(minutes, 'services.choosing', false, {
    gates: { [`healthy:${BACKEND}`]: improved ? 'pass' : 'fail: 503', ...gates },
    progress: { improved, because: 'better: services up 1 → 3', goalsMet: false },
  });

const said = (lines: readonly ReturnType<typeof tick>[]): string => buildReport(lines).timeline.at(-1)!.text;

describe('Better', () => {
  test('is said where a change was made and an untouched neighbour stayed as bad', () => {
    const lines = [look(0, { [`healthy:${FRONT}`]: 'fail: 500' }), PINNED, look(20, { [`healthy:${FRONT}`]: 'fail: 500' }, true)];
    expect(said(lines)).toBe(`Better: services up 1 → 3 (${FRONT}, untouched, stayed as bad)`);
  });

  test('is said where the untouched neighbour was well all along, with just that', () => {
    const lines = [look(0, { [`healthy:${FRONT}`]: 'pass' }), PINNED, look(20, { [`healthy:${FRONT}`]: 'pass' }, true)];
    expect(said(lines)).toBe(`Better: services up 1 → 3 (${FRONT}, untouched, was well all along)`);
  });

  test('says no more of a neighbour that failed between than that it was well before and after', () => {
    const [before, between, after] = ['pass', 'fail: 500', 'pass'].map((verdict, nth) =>
      look(nth * 10, { [`healthy:${FRONT}`]: verdict }, nth === 2),
    );
    expect(said([before!, PINNED, between!, after!])).toBe(`Better: services up 1 → 3 (${FRONT}, untouched, was well before and after)`);
  });

  test('is not said where an untouched neighbour became well as well', () => {
    const lines = [look(0, { [`healthy:${FRONT}`]: 'fail: 500' }), PINNED, look(20, { [`healthy:${FRONT}`]: 'pass' }, true)];
    expect(said(lines)).toMatch(/^Measured: .*became well as well: it need not be its doing/);
  });

  test('is not said before anything was changed, nor where every service was touched', () => {
    expect(said([look(0, {}), look(20, {}, true)])).toMatch(/^Measured: .*nothing had been changed by this run/);
    expect(said([look(0, {}), PINNED, look(20, {}, true)])).toMatch(/^Measured: .*there is none to compare with/);
  });

  test('counts who rides a changed connector of another region as touched, and not its namesake at home', () => {
    const ridden = recoveredRun()
      .filter(({ event }) => event === 'plan.done' || event === 'scaleConnector.done')
      .map((line) => JSON.parse(JSON.stringify(line).replaceAll(AUTH, `${AUTH}@europe-west4`)) as typeof line);
    const gates = (outcome: string) => ({ [`healthy:${AUTH}`]: 'pass', [`healthy:${AUTH}@europe-west4`]: outcome });
    const lines = [look(0, gates('fail: 503')), ...ridden, look(20, gates('pass'))];
    expect(heldAgainstNeighbours(lines, lines.length - 1)).toEqual({ holds: true, because: `${AUTH}, untouched, was well all along` });
  });

  test('counts who rides a changed connector as touched, by the words of the plan', () => {
    const ridden = recoveredRun().filter(({ event }) => event === 'plan.done' || event === 'scaleConnector.done');
    const lines = [look(0, { [`healthy:${AUTH}`]: 'fail: 503' }), ...ridden, look(20, { [`healthy:${AUTH}`]: 'fail: 503' }, true)];
    expect(heldAgainstNeighbours(lines, lines.length - 1)).toEqual({
      holds: false,
      because: expect.stringContaining('touched every service'),
    });
  });
});
