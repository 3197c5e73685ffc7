import { plainLine } from '../core/outside/plain.ts';
import { redact } from '../core/outside/redact.ts';

/** The longest piece of somebody else's words that goes into a finding. */
const LONGEST = 240;

/** What a server or a library says, in one plain line without secrets, cut to what a reader needs. */
export function saidOutside(text: string, longest = LONGEST): string {
  const line = redact(plainLine(text.slice(0, 4 * longest)).trim());
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
