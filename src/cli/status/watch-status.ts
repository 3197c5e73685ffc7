import { defined } from '../../core/defined.ts';
import { SECOND } from '../../core/duration.ts';
import type { VerbDeps } from '../deps.ts';
import { EXIT, complaintOf, printable } from '../process/exit.ts';
import type { Complaint } from '../process/exit.ts';
import { sayInstant } from '../process/output.ts';

/** Real time between two looks into the store. */
const EVERY = 5 * SECOND;
/** Where lines are appended, as long as nothing has changed at most (DESIGN section 1: never silent for 30 s). */
const QUIET = 20 * SECOND;

/** What is seen in the store at one look. */
export interface View {
  /** Drawn at a terminal, in place. */
  readonly lines: readonly string[];
  /** Appended elsewhere: the same in short. */
  readonly short: readonly string[];
  /** Two views with the same key tell the same, but for the time left. */
  readonly key: string;
  /** Nothing more will come. */
  readonly isOver: boolean;
}

/**
 * Shows a view again and again until it is over: at a terminal in the same place, elsewhere by lines for what has changed. A look into
 * the store that fails is said beside what was seen before; the first one's failure, and one that will not mend by itself, is thrown.
 */
export async function watch(
  look: () => Promise<View>,
  deps: Pick<VerbDeps, 'stdout' | 'clock' | 'stage'>,
  signal: AbortSignal,
): Promise<void> {
  const { stage } = deps;
  const show = stage === undefined ? appended(deps) : ({ lines }: View): void => stage.draw(lines.slice(0, stage.rows));
  let seen: { readonly view: View; readonly at: number } | null = null;
  for (;;) {
    const found = await look().catch((error: unknown) => passing(error, seen !== null));
    const now = deps.clock.now();
    if ('lines' in found) seen = { view: found, at: now };
    show('lines' in found ? found : blind(defined(seen).view, defined(seen).at, found));
    if (defined(seen).view.isOver) return;
    await deps.clock.sleepUntil(now + EVERY, signal);
  }
}

/** What the complaint is where it may be gone at the next look. */
function passing(error: unknown, isKnown: boolean): Complaint {
  const complaint = complaintOf(error);
  if (!isKnown || complaint.exitCode !== EXIT.tryAgain) throw error;
  return complaint;
}

/** What was seen before is not what is now: nothing is worked out from it, not even the time left. */
function blind({ lines, short, key }: View, at: number, { what }: Complaint): View {
  const said = printable(`NOT KNOWN: the store cannot be read (${what}); this was seen at ${sayInstant(at, null)}:`);
  return { lines: [said, ...lines], short: [said, ...short], key: `not known ${key}`, isOver: false };
}

function appended({ stdout, clock }: Pick<VerbDeps, 'stdout' | 'clock'>): (view: View) => void {
  let said: { readonly key: string; readonly at: number } | null = null;
  return ({ short, key }) => {
    const now = clock.now();
    if (said !== null && said.key === key && now - said.at < QUIET) return;
    stdout.write(`${short.join('\n')}\n`);
    said = { key, at: now };
  };
}
