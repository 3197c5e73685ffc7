import type { ActivityContext, InputOf } from '../../../../machines/incident/activities.ts';
import type { CaseAnswer } from '../../../../machines/incident/people/case.ts';
import { OutcomeUnknownError, TerminalError } from '../../../core/errors.ts';
import type { CauseKind } from '../../../core/model/diagnosis.ts';
import type { SupportSpec } from '../../../core/model/spec.ts';
import { lowerPriority } from '../../../core/support-tiers.ts';
import type { CaseClassification, CaseDraft, SupportCase, SupportPort } from '../../../ports/support.ts';
import type { ActivityOptions } from '../options.ts';
import { byFit, OTHER_QUERIES } from './classification.ts';

/** A classification or a priority that Google refuses is put in another one's place, so many times. */
const DRAFTS = 4;
/** Of a title. */
const LONGEST_REASON = 120;

/**
 * Opens the one case of this run, or finds it: the API takes no request id, so our marker in the display name is looked for
 * first (gcp-facts 7), and once more after it: where another one was there before ours, ours is taken back. It is told to be open
 * when it has been read back. Where support cannot take it, the answer holds the text for a human instead.
 */
export async function openCase(
  options: ActivityOptions,
  { reason, text, about = null }: InputOf<'openCase'>,
  { signal }: ActivityContext,
): Promise<CaseAnswer> {
  const { support } = options.spec.escalation;
  if (support === null) return { caseName: null, escalated: false, text, note: 'the document names no support settings', retry: 'never' };
  try {
    const marker = `firebreak ${options.runId}`;
    const [found] = await options.cloud.support.findOpen(marker, { signal });
    if (found !== undefined) return opened(options, found, text, 'the case was already open');
    const { kept, note } = await create(options, support, { marker, reason, text, about }, signal);
    return opened(options, kept, text, note);
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return { caseName: null, escalated: false, text, note: `${thrown.code}: ${thrown.message}`, retry: 'slowly' };
  }
}

export interface Fitting {
  /** The most fitting first; never empty. */
  readonly found: readonly CaseClassification[];
  /** The document's own words have found them. */
  readonly asWished: boolean;
}

/** What a case may be about. `TerminalError` `support-classification`: Google knows nothing of the kind. */
export async function classificationsFor(
  port: Pick<SupportPort, 'classifications'>,
  query: string,
  about: CauseKind | null,
  signal: AbortSignal,
): Promise<Fitting> {
  for (const words of new Set([query, ...OTHER_QUERIES])) {
    const found = await port.classifications(words, { signal });
    if (found.length > 0) return { found: byFit(found, about), asWished: words === query };
  }
  throw new TerminalError('support-classification', `Cloud Support knows no classification for "${query}"`);
}

function opened(
  { clock }: ActivityOptions,
  { name, escalated, state, priority, classification }: SupportCase,
  text: string,
  note: string | null,
): CaseAnswer {
  return { caseName: name, escalated, text, note, readAt: clock.now(), state, priority, classification };
}

interface Wanted {
  readonly marker: string;
  readonly reason: string;
  readonly text: string;
  readonly about: CauseKind | null;
}

interface Kept {
  readonly kept: SupportCase;
  readonly note: string | null;
}

async function create(options: ActivityOptions, support: SupportSpec, wanted: Wanted, signal: AbortSignal): Promise<Kept> {
  const { cloud, fence, spec } = options;
  const { found, asWished } = await classificationsFor(cloud.support, support.classification, wanted.about, signal);
  const notes = [
    ...(support.asked === undefined
      ? []
      : [`${support.asked} was asked for, and ${support.tier} support takes ${support.priority} at most`]),
    ...(asWished ? [] : [`nothing is classified as "${support.classification}"`]),
  ];
  let maybeSent = false;
  const send = async (draft: CaseDraft): Promise<SupportCase> =>
    cloud.support.create(draft, {
      signal,
      lastCheck: async () => {
        await fence.assertHeld();
        maybeSent = true;
      },
    });
  const common = {
    displayName: `${spec.name}: ${short(wanted.reason)} [${wanted.marker}]`,
    description: wanted.text,
    timeZone: support.timeZone,
    languageCode: support.languageCode,
    subscribers: spec.escalation.contacts,
  };
  try {
    const created = await accepted(send, { ...common, classificationId: '', priority: support.priority }, found, notes);
    const { oldest, note } = await keepOldest(options, wanted.marker);
    const kept = oldest ?? (await readBack(cloud.support, created.name));
    return { kept, note: [...notes, ...(note === null ? [] : [note])].join('; ') || null };
  } catch (thrown) {
    if (maybeSent && !(thrown instanceof TerminalError)) await keepOldest(options, wanted.marker);
    throw thrown;
  }
}

/** A refusal of a draft has created nothing: what it names is changed, and the draft is sent anew. */
async function accepted(
  send: (draft: CaseDraft) => Promise<SupportCase>,
  first: CaseDraft & { readonly priority: SupportSpec['priority'] },
  fitting: readonly CaseClassification[],
  notes: string[],
): Promise<SupportCase> {
  let { priority } = first;
  let topic = 0;
  for (let sent = 1; ; sent += 1) {
    const chosen = fitting[topic];
    if (chosen === undefined)
      throw new TerminalError('support-classification', `Cloud Support took none of ${fitting.length} classifications`);
    try {
      return await send({ ...first, priority, classificationId: chosen.id });
    } catch (thrown) {
      if (!(thrown instanceof TerminalError) || thrown.code !== 'INVALID_ARGUMENT' || sent === DRAFTS) throw thrown;
      const lower = /priority/i.test(thrown.message) ? lowerPriority(priority) : null;
      if (lower === null && !/classification/i.test(thrown.message)) throw thrown;
      notes.push(lower === null ? `the classification "${chosen.displayName}" was refused` : `priority ${priority} was refused`);
      if (lower === null) topic += 1;
      else priority = lower;
    }
  }
}

/** A case that nobody can see is not told to be open: the next try looks for it first. */
async function readBack(port: SupportPort, name: string): Promise<SupportCase> {
  try {
    return await port.get(name);
  } catch (thrown) {
    throw new OutcomeUnknownError('not-read-back', `${name} was created, and could not be read back: ${said(thrown)}`, { cause: thrown });
  }
}

/**
 * Between the look before and the arrival of our request another controller of this run may have opened its case: this one stood
 * still, and its lease was taken. So the cases are looked at once more, whatever became of ours, and all but the oldest are closed;
 * whoever does that comes to the same end. It is not fenced: it is about nothing but our own doing of a moment ago, and by then the
 * lease is likely lost. It does not end with the activity either, for the same reason; each call has a deadline.
 */
async function keepOldest(
  { cloud }: ActivityOptions,
  marker: string,
): Promise<{ readonly oldest: SupportCase | null; readonly note: string | null }> {
  try {
    const [oldest = null, ...others] = await cloud.support.findOpen(marker);
    const ends = await Promise.all(others.map(({ name }) => takeBack(cloud.support, name, oldest?.name ?? '')));
    return { oldest, note: ends.length === 0 ? null : `opened twice: ${ends.join(', ')}` };
  } catch (thrown) {
    return { oldest: null, note: `whether it is the only case of this run is not known: ${said(thrown)}` };
  }
}

/** The comment is a courtesy; closing counts. Somebody else may have closed it first. */
async function takeBack(support: SupportPort, name: string, kept: string): Promise<string> {
  await support.comment(name, `Opened twice by mistake: ${kept} is the case of this incident.`).catch(() => {});
  return support.close(name).then(
    () => `${name} is closed again`,
    (thrown: unknown) => `${name} could not be closed: ${said(thrown)}`,
  );
}

function said(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The whole reason is in the text. */
function short(reason: string): string {
  return reason.length <= LONGEST_REASON ? reason : `${reason.slice(0, LONGEST_REASON)} …`;
}
