import type { ToldReport } from './run-report.ts';

/** Whom a message has reached, and whom not: `taken by Slack #ops; not by PagerDuty (503)`. Pure. */
export function reachWords({ channels, reached, missed }: ToldReport): string {
  const number = channels === 1 ? '1 channel' : `${channels} channels`;
  const taken = channels === 0 ? 'taken by no channel' : `taken by ${reached.length === 0 ? number : reached.join(', ')}`;
  return [taken, ...missed.map(({ channel, why }) => `not by ${channel} (${why})`)].join('; ');
}
