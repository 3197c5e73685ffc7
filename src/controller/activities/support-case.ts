import type { ActivityContext, CaseAnswer, PreparedCase } from '../../../machines/incident/activities.ts';
import { TerminalError } from '../../core/errors.ts';
import type { SupportCase, SupportPort } from '../../ports/cloud.ts';
import type { ActivityOptions } from './options.ts';

/**
 * Opens the one case of this run, or finds it: the API takes no request id, so our marker in the display name is looked for
 * first (gcp-facts 7), and once more after it: where another one was there before ours, ours is taken back. Where support cannot
 * take it, the answer holds the text for a human instead.
 */
export async function openCase(
  options: ActivityOptions,
  { reason, text }: { readonly reason: string; readonly text: string },
  { signal }: ActivityContext,
): Promise<CaseAnswer> {
  const { support } = options.spec.escalation;
  if (support === null) return { caseName: null, escalated: false, text, note: 'the document names no support settings', retry: 'never' };
  try {
    const marker = `firebreak ${options.runId}`;
    const [found] = await options.cloud.support.findOpen(marker, { signal });
    if (found !== undefined) return { caseName: found.name, escalated: found.escalated, text, note: 'the case was already open' };
    const { name, escalated, note } = await create(options, support, { marker, reason, text }, signal);
    return { caseName: name, escalated, text, note };
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return { caseName: null, escalated: false, text, note: `${thrown.code}: ${thrown.message}`, retry: 'slowly' };
  }
}

/**
 * Writes the text of the case, as of now, and keeps it beside the run's state: whoever must paste it finds it there whatever becomes of
 * channels and support. Where it cannot be kept, the text alone is the answer.
 */
export async function prepareCase(
  options: ActivityOptions,
  input: { readonly reason: string; readonly facts: string },
): Promise<PreparedCase> {
  const text = caseText(options, input);
  const keptAt = (await options.keep?.('case', text).catch(() => null)) ?? null;
  return { text, keptAt };
}

/**
 * Between the look before and the arrival of our request another controller of this run may have opened its case: this one stood
 * still, and its lease was taken. So the cases are looked at once more, whatever became of ours, and all but the oldest are closed;
 * whoever does that comes to the same end. It is not fenced: it is about nothing but our own doing of a moment ago, and by then the
 * lease is likely lost. It does not end with the activity either, for the same reason; each call has a deadline.
 */
async function keepOldest({ cloud }: ActivityOptions, marker: string): Promise<Kept> {
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

interface Kept {
  readonly oldest: SupportCase | null;
  readonly note: string | null;
}

type Support = NonNullable<ActivityOptions['spec']['escalation']['support']>;

interface Draft {
  readonly marker: string;
  readonly reason: string;
  readonly text: string;
}

async function create(
  options: ActivityOptions,
  support: Support,
  { marker, reason, text }: Draft,
  signal: AbortSignal,
): Promise<SupportCase & { readonly note: string | null }> {
  const { cloud, fence, spec } = options;
  const classificationId = await cloud.support.classify(support.classification, { signal });
  const draft = {
    displayName: `${spec.name}: ${reason} [${marker}]`,
    description: text,
    classificationId,
    priority: support.priority,
    timeZone: support.timeZone,
    languageCode: support.languageCode,
    subscribers: spec.escalation.contacts,
  };
  let maybeSent = false;
  const lastCheck = async (): Promise<void> => {
    await fence.assertHeld();
    maybeSent = true;
  };
  try {
    const created = await cloud.support.create(draft, { signal, lastCheck });
    const { oldest, note } = await keepOldest(options, marker);
    return { ...(oldest ?? created), note };
  } catch (thrown) {
    if (maybeSent && !(thrown instanceof TerminalError)) await keepOldest(options, marker);
    throw thrown;
  }
}

function caseText({ spec, runId, clock }: ActivityOptions, { reason, facts }: { readonly reason: string; readonly facts: string }): string {
  return [
    `Project ${spec.project}, region ${spec.region}. Run ${runId}, ${new Date(clock.now()).toISOString()}.`,
    `Cloud Run services: ${spec.services.map(({ name }) => name).join(', ')}.`,
    ...(spec.connector === null ? [] : [`Serverless VPC Access connector: ${spec.connector.name}.`]),
    ...(spec.database === null ? [] : [`Cloud SQL instance: ${spec.database.instance}.`]),
    '',
    `Why we call: ${reason}.`,
    facts,
  ].join('\n');
}

/** Adds a comment once: a repetition finds its own words and sends nothing. */
export async function commentOnCase(
  options: ActivityOptions,
  { caseName, text }: { readonly caseName: string; readonly text: string },
  { signal, key }: ActivityContext,
): Promise<{ readonly sent: boolean }> {
  const mark = `[${key}]`;
  const earlier = await options.cloud.support.listComments(caseName, { signal });
  if (earlier.some((body) => body.includes(mark))) return { sent: false };
  await options.cloud.support.comment(caseName, `${text}\n${mark}`, { signal, lastCheck: () => options.fence.assertHeld() });
  return { sent: true };
}

/** Says why, then closes. An empty name (the case was handed to a human) closes nothing. */
export async function closeCase(
  options: ActivityOptions,
  { caseName, text }: { readonly caseName: string; readonly text: string },
  context: ActivityContext,
): Promise<{ readonly closed: boolean }> {
  if (caseName === '') return { closed: false };
  await commentOnCase(options, { caseName, text: `Recovered and validated. ${text} Closing this case.` }, context);
  await options.cloud.support.close(caseName, { signal: context.signal, lastCheck: () => options.fence.assertHeld() });
  return { closed: true };
}
