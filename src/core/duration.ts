import { defined } from './defined.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const SHAPE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** `"1h30m"`, `"90s"`, `"250ms"` in milliseconds, or null when it is not a duration. */
export function parseDuration(text: string): number | null {
  if (!SHAPE.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d{1,15}(?:\.\d{1,9})?)(ms|s|m|h|d)/g))
    total += Number(amount) * defined(UNITS[defined(unit)]);
  return Math.round(total);
}

/** Milliseconds as people say them: `2h`, `5m 30s`, `7.2s`, `250ms`; at most two units. */
export function sayDuration(ms: number): string {
  if (ms < 0) return `-${sayDuration(-ms)}`;
  if (ms < SECOND) return `${Math.round(ms)}ms`;
  if (ms < MINUTE) return `${Number((ms / SECOND).toFixed(1))}s`;
  const seconds = Math.round(ms / SECOND);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const said = parts.filter(([amount]) => amount > 0).slice(0, 2);
  return said.map(([amount, unit]) => `${amount}${unit}`).join(' ');
}

/** `20:23`, in UTC. */
export function sayMinute(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
