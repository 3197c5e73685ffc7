import { createHash } from 'node:crypto';
import type { ActivityContext, InputOf, OutputOf } from '../../../../machines/incident/activities.ts';
import { TerminalError } from '../../../core/errors.ts';
import { LONGEST_COMMENT } from '../../../ports/support.ts';
import type { ActivityOptions } from '../options.ts';
import { evidenceDocument } from './prepare.ts';

/** Evidence that cannot be attached goes into so many comments at most. */
const PARTS = 5;
const ROOM = 400;
const CUT = '\n[cut: the whole text is in the run’s journal]';

/** What stands at the end of each comment of a run: so it knows its own words again, in whatever try and process they were sent. */
export function ownMark(runId: string): string {
  return `[firebreak ${runId} `;
}

/**
 * Adds a comment once: a repetition, also after an answer that was lost, finds its own words and sends nothing. `id` names the comment
 * where its words may differ from try to try; otherwise the words do. What the case does not take is answered, not thrown.
 */
export async function commentOnCase(
  options: ActivityOptions,
  { caseName, text, id = hashOf(text) }: InputOf<'commentOnCase'> & { readonly id?: string },
  { signal }: Pick<ActivityContext, 'signal'>,
): Promise<OutputOf<'commentOnCase'>> {
  const { support } = options.cloud;
  const mark = `${ownMark(options.runId)}${id}]`;
  try {
    const earlier = await support.comments(caseName, { signal });
    if (earlier.some(({ body }) => body.includes(mark))) return { sent: false };
    await support.comment(caseName, `${fitted(text, mark)}\n${mark}`, { signal, lastCheck: () => options.fence.assertHeld() });
    return { sent: true };
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return { sent: false, note: `${thrown.code}: ${thrown.message}` };
  }
}

/**
 * Puts the evidence of this minute on the case: as a file, or, where Google takes none, as comments. A repetition finds what is there
 * already. Without a document of it the text of the case stands alone.
 */
export async function attachEvidence(
  options: ActivityOptions,
  { caseName }: InputOf<'attachEvidence'>,
  { signal }: ActivityContext,
): Promise<OutputOf<'attachEvidence'>> {
  const { support } = options.cloud;
  const document = await evidenceDocument(options);
  if (document === null) return { as: 'nothing', note: 'no document of the evidence could be made' };
  const name = `firebreak-${options.runId}.md`;
  try {
    if ((await support.attachments(caseName, { signal })).includes(name)) return { as: 'file', note: `${name} was there already` };
    await support.attach(caseName, { name, text: document }, { signal, lastCheck: () => options.fence.assertHeld() });
    return { as: 'file', note: name };
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return inline(options, caseName, { document, why: thrown.message }, signal);
  }
}

async function inline(
  options: ActivityOptions,
  caseName: string,
  { document, why }: { readonly document: string; readonly why: string },
  signal: AbortSignal,
): Promise<OutputOf<'attachEvidence'>> {
  const parts = partsOf(document);
  for (const [index, part] of parts.entries()) {
    const text = `Evidence, part ${index + 1} of ${parts.length}:\n${part}`;
    const { note } = await commentOnCase(options, { caseName, text, id: `evidence-${index + 1}` }, { signal });
    if (note !== undefined) return { as: 'nothing', note: `${why}; ${note}` };
  }
  return { as: 'comments', note: `${parts.length} ${parts.length === 1 ? 'comment' : 'comments'}, because ${why}` };
}

function partsOf(document: string): readonly string[] {
  const size = LONGEST_COMMENT - ROOM;
  const count = Math.min(PARTS, Math.max(1, Math.ceil(document.length / size)));
  const parts = Array.from({ length: count }, (_, index) => document.slice(index * size, (index + 1) * size));
  return document.length <= PARTS * size ? parts : [...parts.slice(0, -1), `${parts.at(-1) ?? ''}${CUT}`];
}

/** With room for the mark, without which a repetition would not know the comment again. */
function fitted(text: string, mark: string): string {
  const room = LONGEST_COMMENT - mark.length - 1;
  return text.length <= room ? text : text.slice(0, room - CUT.length) + CUT;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
