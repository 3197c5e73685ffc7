import { sentence } from '../../../core/sentence.ts';
import type { PreparedCase } from '../../../../machines/incident/people/case.ts';
import { LONGEST_COMMENT } from '../../../ports/support.ts';
import type { ActivityOptions } from '../options.ts';

/** A description has no stated limit; a comment has, and what fits into one fits into the form of a human as well. */
const CUT = '\n[cut here; all of it is in the evidence, and in the journal of the run]';

/**
 * Writes the text of the case, as of now, and keeps it beside the run's state: whoever must paste it finds it there whatever becomes of
 * channels and support. Where it cannot be kept, the text alone is the answer.
 */
export async function prepareCase(
  options: ActivityOptions,
  input: { readonly reason: string; readonly facts: string },
): Promise<PreparedCase> {
  const evidence = (await options.evidence?.().catch(() => null)) ?? null;
  const text = cut(caseText(options, input, evidence?.effects ?? []));
  const keptAt = (await options.keep?.('case', text).catch(() => null)) ?? null;
  const evidenceAt = evidence === null ? null : ((await options.keep?.('evidence.md', evidence.document).catch(() => null)) ?? null);
  return {
    text,
    keptAt,
    evidenceAt,
    page: `https://console.cloud.google.com/support/cases?project=${encodeURIComponent(options.spec.project)}`,
  };
}

/** All evidence as one document; null: nobody can make it, or it could not be made. */
export async function evidenceDocument({ evidence }: ActivityOptions): Promise<string | null> {
  return (await evidence?.().catch(() => null))?.document ?? null;
}

function caseText(
  { spec, runId, clock }: ActivityOptions,
  { reason, facts }: { readonly reason: string; readonly facts: string },
  effects: readonly string[],
): string {
  return [
    `Project ${spec.project}, region ${spec.region}. Run ${runId}, ${new Date(clock.now()).toISOString()}.`,
    `Cloud Run services: ${spec.services.map(({ name }) => name).join(', ')}.`,
    ...spec.connectors.map(({ name }) => `Serverless VPC Access connector: ${name}.`),
    ...spec.databases.map(({ instance }) => `Cloud SQL instance: ${instance}.`),
    ...annotationWords(spec.annotations),
    '',
    `Why we call: ${sentence(reason)}`,
    facts,
    ...effects.map((effect) => `Measured around it: ${effect}`),
  ].join('\n');
}

function cut(text: string): string {
  return text.length <= LONGEST_COMMENT ? text : text.slice(0, LONGEST_COMMENT - CUT.length) + CUT;
}

/** Google asks for it first: what it means for the business, in the document's own words. */
function annotationWords(annotations: Readonly<Record<string, string>> = {}): readonly string[] {
  const impact = annotations['firebreak.dev/business-impact'];
  return impact === undefined || impact === '' ? [] : [`Business impact: ${impact}`];
}
