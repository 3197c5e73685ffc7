import { defined } from '../core/defined.ts';
import type { z } from 'zod';
import { text } from './fields.ts';

/** Minute, hour, day of the month, month, day of the week: bounds and the names that may stand for numbers. */
const FIELDS: readonly { readonly what: string; readonly least: number; readonly most: number; readonly names: readonly string[] }[] = [
  { what: 'minute', least: 0, most: 59, names: [] },
  { what: 'hour', least: 0, most: 23, names: [] },
  { what: 'day of the month', least: 1, most: 31, names: [] },
  { what: 'month', least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { what: 'day of the week', least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/** A cron expression of five fields; seconds are not offered, because no source of figures is that fast. */
export function cronSchedule(description: string): z.ZodString {
  return text(`${description} Five fields: minute, hour, day of the month, month, day of the week.`, (value) => {
    const parts = value.trim().split(/\s+/);
    if (parts.length !== FIELDS.length)
      return { what: `a cron expression has five fields, this one ${parts.length}`, fix: 'write it as */5 * * * * (every five minutes)' };
    const bad = FIELDS.find((field, index) => !fits(defined(parts[index]), field));
    return bad === undefined
      ? null
      : {
          what: `the ${bad.what} of this cron expression is not possible`,
          fix: `use *, numbers from ${bad.least} to ${bad.most}, a-b, */n and lists`,
        };
  });
}

function fits(part: string, field: (typeof FIELDS)[number]): boolean {
  return part.split(',').every((item) => {
    const [, from, to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
    if (from === undefined || (step !== undefined && Number(step) < 1)) return false;
    if (from === '*') return to === undefined;
    const [least, most] = [valueOf(from, field), valueOf(to ?? from, field)];
    return least !== null && most !== null && least <= most;
  });
}

function valueOf(text: string, { least, most, names }: (typeof FIELDS)[number]): number | null {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}
