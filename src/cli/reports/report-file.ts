import { createHash } from 'node:crypto';
import { UserError } from '../../core/errors.ts';
import type { VerbDeps } from '../deps.ts';

/** How a report carries its mark: as a comment that its format does not show, or as a field. */
type Carrier = (text: string, mark: string) => string;

const CARRIERS: Readonly<Record<string, Carrier>> = {
  '{': (text, mark) => text.replace(/\n?\}\s*$/, `,\n  "mark": "${mark}"\n}\n`),
  '<': (text, mark) => `${text.trimEnd()}\n<!-- ${mark} -->\n`,
  '#': (text, mark) => `${text.trimEnd()}\n\n<!-- ${mark} -->\n`,
};

const plainly: Carrier = (text, mark) => `${text.trimEnd()}\n\n${mark}\n`;

/** `firebreak-report RUN HASH`: whose report a file is, and whether somebody has written into it since. */
const MARK = /firebreak-report (\S+) ([0-9a-f]{16})/;
const NO_HASH = '0'.repeat(16);

/** The text of a report with its mark. */
function marked(text: string, runId: string): string {
  const carry = CARRIERS[text.trimStart().charAt(0)] ?? plainly;
  const mark = `firebreak-report ${runId} ${NO_HASH}`;
  // A format that may hold nothing foreign has a place of its own for it.
  const unsealed = text.includes(mark) ? text : carry(text, mark);
  return unsealed.replace(MARK, `firebreak-report ${runId} ${hashOf(unsealed)}`);
}

/**
 * Writes a report in one piece. What stands there is replaced only where it is a report of this run as it was written: a file of
 * somebody else, a report of another run, or one that somebody has written into since (ticked a box) needs `force`.
 * Returns what was replaced against that, in words; null: nothing.
 * @throws UserError `file-exists`, `file-not-writable`.
 */
export async function writeReport(
  { file, text, runId, force }: { readonly file: string; readonly text: string; readonly runId: string; readonly force: boolean },
  deps: Pick<VerbDeps, 'readFile' | 'writeNewFile' | 'replaceFile'>,
): Promise<string | null> {
  const there = await deps.readFile(file).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (error: unknown) => nothingThere(error, file),
  );
  const what = there === null ? null : strangeness(there, runId);
  if (what !== null && !force)
    throw new UserError('file-exists', `${file}: ${what}, and was left as it is`, 'name another file, or replace it with --force');
  await deps.replaceFile(file, marked(text, runId));
  return what;
}

/** Why a file may not simply be replaced; null: it is a report of this run, untouched. */
function strangeness(text: string, runId: string): string | null {
  const [mark, run, hash] = MARK.exec(text) ?? [];
  if (mark === undefined) return 'there is a file of this name that is no report';
  if (run !== runId) return `there is the report of another run (${run})`;
  const isAsWritten = hash === hashOf(text.replace(MARK, `firebreak-report ${runId} ${NO_HASH}`));
  return isAsWritten ? null : 'there is a report of this run that somebody has written into since';
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function nothingThere(error: unknown, file: string): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  if ((error as NodeJS.ErrnoException).code === 'EISDIR')
    throw new UserError('file-not-writable', `${file}: there is a folder of this name`, 'name a file', { cause: error });
  throw error;
}
