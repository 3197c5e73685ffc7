import { createTask, parse } from 'node-cron';
import { HOUR, MINUTE } from '../core/duration.ts';

/** Longer than any gap a five-field expression can have: 29 February on a given weekday aside. */
const LOOK_AHEAD = 9 * 366 * 24 * HOUR;

export interface Schedule {
  /** The first instant after `after` at which it is due; null when there is none in the next years. */
  next(after: number): number | null;
}

/**
 * The instants of a five-field cron expression in a time zone, by node-cron's own reading of it, for clocks that node-cron
 * cannot follow (it reads the system's time). As with node-cron, a time of day that a spring day leaves out is not made up for,
 * and one that an autumn day has twice is due once. Throws what node-cron throws for an expression it cannot read.
 */
export function createSchedule(expression: string, timeZone: string): Schedule {
  const fields = parse(expression);
  const everyHour = fields.hour.length === 24;
  const local = localTime(timeZone);
  const task = createTask(expression, () => undefined, { timezone: timeZone });
  const matches = (at: number): boolean => task.match(new Date(at)) && (everyHour || !repeated(at, local));
  const possible = (at: number): boolean => {
    const { month, hour } = local(at);
    return fields.month.includes(month) && fields.hour.includes(hour);
  };
  void task.destroy();
  return {
    next(after) {
      const first = Math.floor(after / MINUTE) * MINUTE + MINUTE;
      for (let hour = Math.floor(first / HOUR) * HOUR; hour < first + LOOK_AHEAD; hour += HOUR) {
        // Zones may be off by part of an hour: both ends of the hour are asked.
        if (!possible(hour) && !possible(hour + HOUR - MINUTE)) continue;
        for (let at = Math.max(hour, first); at < hour + HOUR; at += MINUTE) if (matches(at)) return at;
      }
      return null;
    },
  };
}

interface LocalTime {
  readonly month: number;
  readonly hour: number;
  readonly text: string;
}

function localTime(timeZone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const);
  return (at) => {
    const text = format.format(at);
    return { text, month: Number(text.slice(3, 5)), hour: Number(text.slice(12, 14)) };
  };
}

/** The same time of day was there an hour before: clocks went back in between. */
function repeated(at: number, local: (at: number) => LocalTime): boolean {
  return local(at - HOUR).text === local(at).text;
}
