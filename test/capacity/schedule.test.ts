import fc from 'fast-check';
import { parse } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { createSchedule } from '../../src/capacity/schedule.ts';
import { DAY, MINUTE } from '../../src/core/duration.ts';

const at = (text: string): number => Date.parse(text);
const iso = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());

/** The next `count` instants. */
function instants(expression: string, timeZone: string, from: string, count: number): readonly (string | null)[] {
  const schedule = createSchedule(expression, timeZone);
  const found: (number | null)[] = [];
  for (let after: number | null = at(from); found.length < count && after !== null;) found.push((after = schedule.next(after)));
  return found.map(iso);
}

describe('the next instant of a schedule', () => {
  it.each([
    ['every five minutes', '*/5 * * * *', 'UTC', '2025-09-15T20:03:00Z', '2025-09-15T20:05:00.000Z'],
    ['after an instant that is due itself, the one after', '*/5 * * * *', 'UTC', '2025-09-15T20:05:00Z', '2025-09-15T20:10:00.000Z'],
    ['in the middle of a minute', '* * * * *', 'UTC', '2025-09-15T20:05:30Z', '2025-09-15T20:06:00.000Z'],
    ['over the end of a year', '30 4 1 1 *', 'UTC', '2025-02-01T00:00:00Z', '2026-01-01T04:30:00.000Z'],
    ['on the next leap day', '0 0 29 2 *', 'UTC', '2025-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['on weekdays in New York', '0 9 * * 1-5', 'America/New_York', '2025-09-19T14:00:00Z', '2025-09-22T13:00:00.000Z'],
    [
      'in a zone that is off by three quarters of an hour',
      '0 6 * * *',
      'Asia/Kathmandu',
      '2025-09-15T00:00:00Z',
      '2025-09-15T00:15:00.000Z',
    ],
  ])('%s', (_rule, expression, timeZone, from, expected) => {
    expect(iso(createSchedule(expression, timeZone).next(at(from)))).toBe(expected);
  });

  it('is refused for a day that does not exist', () => {
    expect(() => createSchedule('0 0 31 2 *', 'UTC')).toThrow('impossible day of month');
  });

  it('skips a time of day that the spring day leaves out', () => {
    expect(instants('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
  });

  it('is once at a time of day that the autumn day has twice', () => {
    expect(instants('30 2 * * *', 'Europe/Berlin', '2025-10-25T12:00:00Z', 2)).toEqual([
      '2025-10-26T00:30:00.000Z',
      '2025-10-27T01:30:00.000Z',
    ]);
  });

  it('does not pause an every-few-minutes schedule while the clocks go back', () => {
    const found = instants('*/30 * * * *', 'Europe/Berlin', '2025-10-25T23:45:00Z', 6);
    expect(found.map((text) => text?.slice(11, 16))).toEqual(['00:00', '00:30', '01:00', '01:30', '02:00', '02:30']);
  });

  it('is, for any minute and hour, the first instant whose fields fit (property)', () => {
    const fields = fc.record({
      minute: fc.integer({ min: 0, max: 59 }),
      hour: fc.integer({ min: 0, max: 23 }),
      from: fc.integer({ min: 0, max: 4_000_000 }),
    });
    fc.assert(
      fc.property(fields, ({ minute, hour, from }) => {
        const after = from * 7 * MINUTE;
        const next = createSchedule(`${minute} ${hour} * * *`, 'UTC').next(after)!;
        const said = parse(`${minute} ${hour} * * *`);
        expect([said.minute, said.hour]).toEqual([[new Date(next).getUTCMinutes()], [new Date(next).getUTCHours()]]);
        expect(next - after).toBeGreaterThan(0);
        expect(next - after).toBeLessThanOrEqual(DAY);
      }),
      { numRuns: 50 },
    );
  });
});
