import type { Delivered } from '../../simulator/people/people.ts';
import { printable } from '../process/exit.ts';

/** What simulated people have got, one after the other: channel, time, and the words as the channel shows them. */
export function messagesText(delivered: readonly Delivered[]): string {
  const said = delivered.map(({ at, channel, kind, thread, text }) => {
    const where = thread === null ? '' : ` in ${thread}`;
    const head = `${new Date(at).toISOString()}  ${channel}  ${kind}${where}`;
    const lines = text === '' ? [] : text.split('\n').map((line) => `    ${printable(line)}`.trimEnd());
    return [head, ...lines].join('\n');
  });
  return `${said.join('\n\n')}\n`;
}

/** `slack 9, pager-duty 4`. */
export function messageCounts(delivered: readonly Delivered[]): string {
  const counts = new Map<string, number>();
  for (const { channel } of delivered) counts.set(channel, (counts.get(channel) ?? 0) + 1);
  return [...counts].map(([channel, count]) => `${channel} ${count}`).join(', ');
}
