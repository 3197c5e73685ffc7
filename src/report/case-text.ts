import type { Diagnosis } from '../core/model/diagnosis.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { RunReport } from './run-report.ts';
import { indicatorRows, instant, outcomeWords, stateWords, summaryLine, timeOfDay } from './words.ts';

/** Longest body that Cloud Support takes (gcp-facts 7). */
export const CASE_TEXT_LIMIT = 12_800;

export interface CaseTextInput {
  readonly spec: Pick<RemediationSpec, 'name' | 'project' | 'region' | 'connector' | 'services' | 'database'>;
  readonly runId: string;
  readonly now: number;
  /** Why Google is called. */
  readonly reason: string;
  readonly diagnosis: Diagnosis | null;
  /** The run so far; null when there is no journal to read. */
  readonly report: RunReport | null;
  /** More lines the caller knows, put first. */
  readonly facts?: string;
}

/**
 * The text of a support case, ready to paste: where, what, since when, evidence, what was tried, timeline. At most
 * `CASE_TEXT_LIMIT` characters; the oldest lines of the timeline go first, and it says so.
 */
export function caseText(input: CaseTextInput): string {
  const body = [head(input), input.facts ?? '', causes(input), tried(input.report), figures(input.report), unknowns(input.diagnosis)]
    .filter((text) => text !== '')
    .join('\n\n');
  const room = CASE_TEXT_LIMIT - body.length - 2;
  const history = timeline(input.report, room);
  return cut(history === '' ? body : `${body}\n\n${history}`);
}

function head({ spec, runId, now, reason, report }: CaseTextInput): string {
  return [
    `Reason: ${reason}`,
    `Project ${spec.project}, region ${spec.region}. Run ${runId} for ${spec.name}, as of ${instant(now)}.`,
    ...(report?.startedAt === null || report?.startedAt === undefined
      ? []
      : [`The run began ${instant(report.startedAt)}: ${summaryLine(report)}.`]),
    `Cloud Run services: ${spec.services.map((service) => service.name).join(', ')}.`,
    ...(spec.connector === null ? [] : [`Serverless VPC Access connector: ${spec.connector.name}.`]),
    ...(spec.database === null ? [] : [`Cloud SQL instance: ${spec.database.instance}.`]),
  ].join('\n');
}

function causes({ diagnosis }: CaseTextInput): string {
  if (diagnosis === null || diagnosis.causes.length === 0) return 'Diagnosis: none.';
  const lines = diagnosis.causes.flatMap((cause) => [
    `- ${Math.round(cause.share * 100)} % ${cause.kind} (confidence ${cause.confidence.toFixed(2)}): ${cause.summary}`,
    ...cause.evidence
      .slice(0, 4)
      .map((line) => `  evidence${line.at === null ? '' : ` ${instant(line.at)}`}: ${line.text} [${line.source}]`),
  ]);
  return ['Diagnosis:', ...lines].join('\n');
}

function tried(report: RunReport | null): string {
  if (report === null) return '';
  const lines = report.mutations.map(
    (mutation) =>
      `- ${instant(mutation.at)} ${mutation.title}: ${outcomeWords(mutation)} (${stateWords(mutation.before)} → ${stateWords(mutation.after)}${mutation.operation === null ? '' : `; operation ${mutation.operation}`})`,
  );
  const left = report.vetoes.map((step) => `- not done: ${step.title}: ${step.reason}`);
  return ['What was tried:', ...(lines.length + left.length === 0 ? ['- nothing was changed'] : [...lines, ...left])].join('\n');
}

function figures(report: RunReport | null): string {
  if (report === null) return '';
  return [
    'Figures, first look → last look:',
    ...indicatorRows(report.indicators).map(([name, before, after]) => `- ${name}: ${before} → ${after}`),
  ].join('\n');
}

function unknowns(diagnosis: Diagnosis | null): string {
  const found = diagnosis?.unknowns ?? [];
  return found.length === 0 ? '' : ['Not known:', ...found.map((unknown) => `- ${unknown}`)].join('\n');
}

/** The newest lines that fit into `room`. */
function timeline(report: RunReport | null, room: number): string {
  const entries = (report?.timeline ?? []).map((entry) => `${timeOfDay(entry.at)} ${entry.text}`);
  if (entries.length === 0) return '';
  const title = 'Timeline (UTC):';
  const note = '(older lines left out)';
  const kept: string[] = [];
  let used = title.length + note.length + 2;
  for (const entry of entries.toReversed()) {
    used += entry.length + 1;
    if (used > room) break;
    kept.unshift(entry);
  }
  if (kept.length === 0) return '';
  return [title, ...(kept.length < entries.length ? [note] : []), ...kept].join('\n');
}

function cut(text: string): string {
  const note = '\n(cut: the rest does not fit into a case)';
  return text.length <= CASE_TEXT_LIMIT ? text : `${text.slice(0, CASE_TEXT_LIMIT - note.length)}${note}`;
}
