import { defined } from '../../core/defined.ts';
import { styleText } from 'node:util';
import { printed } from '../../core/outside/plain.ts';
import type { Output } from '../deps.ts';

type Style = Parameters<typeof styleText>[0];

export type Paint = (style: Style, text: string) => string;

/** Colours for this output, or none: NO_COLOR forbids, FORCE_COLOR demands, otherwise a terminal that is not dumb has them. */
export function painter(output: Pick<Output, 'isTTY'>, env: Readonly<Record<string, string | undefined>>): Paint {
  return wantsColour(output, env) ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

/**
 * The one way to stdout and stderr: nothing that steers a terminal passes, wherever it came from (`printed`). Every verb gets its outputs so.
 * `whole`: completes the commands in it.
 */
export function plainOutput(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
  whole: (text: string) => string = (text) => text,
): Output {
  return writingBy(output, (text) => output.write(printed(whole(text), output.isTTY || wantsColour(output, env))));
}

/** The same output, its size asked anew each time, that is written to in another way. */
export function writingBy(output: Output, write: Output['write']): Output {
  return {
    write,
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
  };
}

function wantsColour(output: Pick<Output, 'isTTY'>, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if (wantsPlain(env)) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '0' && forced !== 'false') return true;
  return output.isTTY && env['TERM'] !== 'dumb';
}

/**
 * Whether lines may be drawn anew in place: at a terminal that is none of those that only say they are one, and whose reader has not asked
 * for plain lines (`--plain`, which sets FIREBREAK_PLAIN).
 */
export function mayRedraw(output: Pick<Output, 'isTTY'>, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY && env['TERM'] !== 'dumb' && !wantsPlain(env) && !isSet(env['CI']);
}

function wantsPlain(env: Readonly<Record<string, string | undefined>>): boolean {
  return isSet(env['FIREBREAK_PLAIN']);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/** How wide a line may be. At a terminal the last column stays free: a full line would make it wrap. Into a pipe nothing is cut off. */
export function widthOf(output: Pick<Output, 'isTTY' | 'columns'>): number {
  return output.isTTY ? output.columns - 1 : Infinity;
}

/** The one result of a verb: an object for programs, lines for people. */
export function printResult(output: Output, json: boolean, result: unknown, lines: readonly string[]): void {
  output.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${lines.join('\n')}\n`);
}

/** `14:32:10Z`, with the day in front when it is not today's, or when the present is not known. */
export function sayInstant(at: number, now: number | null): string {
  const [day, time] = new Date(at).toISOString().slice(0, 19).split('T');
  return now !== null && day === new Date(now).toISOString().slice(0, 10) ? `${defined(time)}Z` : `${defined(day)} ${defined(time)}Z`;
}
