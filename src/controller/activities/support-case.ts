import type { ActivityContext, CaseAnswer } from '../../../machines/incident/activities.ts';
import { TerminalError } from '../../core/errors.ts';
import type { SupportCase } from '../../ports/cloud.ts';
import type { ActivityOptions } from './options.ts';

/**
 * Opens the one case of this run, or finds it: the API takes no request id, so our marker in the display name is looked for
 * first (gcp-facts 7). Where support cannot take it, the answer holds the text for a human instead.
 */
export async function openCase(
  options: ActivityOptions,
  input: { readonly reason: string; readonly facts: string },
  { signal }: ActivityContext,
): Promise<CaseAnswer> {
  const text = caseText(options, input);
  const { support } = options.spec.escalation;
  if (support === null) return { caseName: null, escalated: false, text, note: 'the document names no support settings' };
  try {
    const marker = `firebreak ${options.runId}`;
    const found = await options.cloud.support.findOpen(marker, { signal });
    const opened = found ?? (await create(options, support, `${options.spec.name}: ${input.reason} [${marker}]`, text, signal));
    return { caseName: opened.name, escalated: opened.escalated, text, note: found === null ? null : 'the case was already open' };
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return { caseName: null, escalated: false, text, note: `${thrown.code}: ${thrown.message}` };
  }
}

type Support = NonNullable<ActivityOptions['spec']['escalation']['support']>;

async function create(
  options: ActivityOptions,
  support: Support,
  displayName: string,
  description: string,
  signal: AbortSignal,
): Promise<SupportCase> {
  const classificationId = await options.cloud.support.classify(support.classification, { signal });
  return options.cloud.support.create(
    {
      displayName,
      description,
      classificationId,
      priority: support.priority,
      timeZone: support.timeZone,
      languageCode: support.languageCode,
      subscribers: options.spec.escalation.contacts,
    },
    { signal, lastCheck: () => options.fence.assertHeld() },
  );
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
