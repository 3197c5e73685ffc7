import { plain } from '../../core/outside/plain.ts';
import { redact } from '../../core/outside/redact.ts';

/** The longest piece of a line that is shown: Google’s own sentences, with their prefixes, fit into it. */
const SAMPLE_LENGTH = 420;
/** So much before the matching words is kept where a line is longer. */
const BEFORE = 120;

/** The line that holds `index`, redacted, without colours, cut round the matching words. A written `\n` ends a line as a real one does. */
export function sampleAround(text: string, index: number): string {
  const start = Math.max(text.lastIndexOf('\n', index - 1) + 1, afterWritten(text, index));
  const ends = [text.indexOf('\n', index), text.indexOf(String.raw`\n`, index)].filter((end) => end >= 0);
  const line = text.slice(start, ends.length === 0 ? undefined : Math.min(...ends));
  return shorten(line.trim() === '' ? text : line, index - start);
}

/** At most `SAMPLE_LENGTH` characters, redacted before it is cut, so that no half of a secret is left. */
export function shorten(text: string, index = 0): string {
  const start = Math.max(0, index - 2_048);
  const window = text.slice(start, index + 4_096);
  // Not within a word at its front: half a secret looks like none.
  const clean = redact(plain(start === 0 ? window : window.replace(/^\S{1,2048}/, '…')).trim());
  if (clean.length <= SAMPLE_LENGTH) return clean;
  const from = index <= SAMPLE_LENGTH - BEFORE ? 0 : Math.max(0, Math.min(index, 2_048) - BEFORE);
  const piece = clean.slice(from, from + SAMPLE_LENGTH - 2);
  return `${from > 0 ? '…' : ''}${piece}${from + SAMPLE_LENGTH - 2 < clean.length ? '…' : ''}`;
}

/** A line as a quotation, without the strokes that JSON would put into it. */
export function quoted(line: string): string {
  return line.includes('"') ? `“${line}”` : `"${line}"`;
}

function afterWritten(text: string, index: number): number {
  const at = index < 2 ? -1 : text.lastIndexOf(String.raw`\n`, index - 2);
  return at < 0 ? 0 : at + 2;
}
