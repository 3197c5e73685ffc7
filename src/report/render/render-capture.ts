import { sayDuration } from '../../core/duration.ts';
import type { Cause } from '../../core/model/diagnosis.ts';
import type { LogGroup } from '../../core/model/observation.ts';
import type { Capture } from '../../diagnosis/capture/capture.ts';
import type { CaptureDiagnosis } from '../../diagnosis/capture/diagnose-capture.ts';
import type { CaptureVerdict } from '../../diagnosis/capture/judge.ts';
import { evidenceLines, whyLines } from '../cause-lines.ts';
import { findingLines, splitLines } from './render-examination.ts';
import { instant, likelihood } from '../formatting.ts';

const HEADS: Readonly<Record<CaptureVerdict, string>> = {
  trouble: 'Something fails',
  suspicion: 'A suspicion, no harm is proven',
  inconclusive: 'These lines do not tell whether anything is wrong',
  quiet: 'Nothing is wrong in these lines',
};
const MOST_GROUPS = 20;
const MOST_EVIDENCE = 3;

/** What a capture tells, for people: where it came from, the causes, the mechanisms with counts and times, the steps it vetoes. */
export function renderCapture(name: string, found: CaptureDiagnosis): string {
  const { capture, verdict, because, diagnosis, split, findings, steps, earlier } = found;
  const lines = [
    `${name}: ${capture.entries} ${capture.entries === 1 ? 'entry' : 'entries'}${spanOf(capture)}`,
    ...warningsOf(capture),
    `${found.isOver ? 'Something failed' : HEADS[verdict]}: ${because}.`,
    ...diagnosis.causes.flatMap((cause) => causeLines(cause, cause.evidence.length)),
    ...splitLines(split),
    ...whyLines(diagnosis),
    ...mechanismLines('Lines by mechanism', capture.groups),
    ...mechanismLines('Earlier in the same capture, and over before', earlier),
    ...unrecognisedLines(capture.unrecognised),
    ...findingLines(findings),
    '',
    'Steps of the runbook',
    ...steps.map(({ step, decision, reason }) => `  ${decision === 'veto' ? 'VETO' : 'open'}  ${step}: ${reason}`),
    '',
    'Not known',
    ...diagnosis.unknowns.map((unknown) => `  ${unknown}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Where it came from, each cause with the lines that show it, and why: all that a capture has to tell but what follows from it. */
export function renderCaptureFound(name: string, { capture, diagnosis, split }: CaptureDiagnosis): string {
  return [
    `${name}: ${capture.entries} ${capture.entries === 1 ? 'entry' : 'entries'}${spanOf(capture)}`,
    ...warningsOf(capture),
    ...diagnosis.causes.flatMap((cause) => causeLines(cause, MOST_EVIDENCE)),
    ...splitLines({ ...split, because: [] }),
    ...whyLines(diagnosis),
    ...mechanismLines('Lines by mechanism', capture.groups.slice(0, 5)),
    ...(capture.groups.length > 5 ? [`  and ${capture.groups.length - 5} more`] : []),
    ...unrecognisedLines(capture.unrecognised.slice(0, 5)),
    '',
    'All evidence, findings and steps: firebreak diagnose --details, with the same --logs',
  ].join('\n');
}

function causeLines(cause: Cause, most: number): readonly string[] {
  return [
    '',
    `${String(Math.round(cause.share * 100)).padStart(3)} %  ${cause.kind}  (${likelihood(cause)})  ${cause.subject}`,
    `       ${cause.summary}`,
    ...evidenceLines(cause, most).map((line) => `       ${line}`),
  ];
}

function unrecognisedLines(lines: Capture['unrecognised']): readonly string[] {
  if (lines.length === 0) return [];
  return ['', 'Lines that look like failures and match no mechanism', ...lines.map(({ count, sample }) => `  ${count} × ${sample}`)];
}

function spanOf({ firstAt, lastAt }: Capture): string {
  if (firstAt === null || lastAt === null) return ', none of them dated';
  return ` over ${sayDuration(lastAt - firstAt)}, ${instant(firstAt)} to ${instant(lastAt)}`;
}

function warningsOf({ broken, truncatedAt, foreign, repeated, overflow }: Capture): readonly string[] {
  const named = broken.first.slice(0, 3).map(({ offset, why }) => `byte ${offset} (${why})`);
  const more = broken.count > named.length ? `, and ${broken.count - named.length} more` : '';
  return [
    ...(broken.count === 0
      ? []
      : [`Warning: ${broken.count} broken ${broken.count === 1 ? 'entry was' : 'entries were'} left out: ${named.join('; ')}${more}`]),
    ...(truncatedAt === null
      ? []
      : [`Warning: the file is cut off: what began at byte ${truncatedAt} never ends; what stands before it was read`]),
    ...(foreign === 0 ? [] : [`Warning: ${foreign} JSON objects are no log entries`]),
    ...(repeated === 0
      ? []
      : [
          `Warning: ${repeated} ${repeated === 1 ? 'entry is' : 'entries are'} in it more than once (same log, time and insertId): counted once`,
        ]),
    ...(overflow === 0 ? [] : [`Warning: ${overflow} lines are in no group: there are too many services and revisions`]),
  ];
}

function mechanismLines(title: string, groups: readonly LogGroup[]): readonly string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, MOST_GROUPS);
  const count = Math.max(...shown.map((group) => String(group.count).length));
  const name = Math.max(...shown.map(({ signature }) => signature.length));
  return [
    '',
    title,
    ...shown.map(
      (group) =>
        `  ${String(group.count).padStart(count)} × ${group.signature.padEnd(name)}  ${group.revision}  ${instant(group.firstAt)} – ${instant(group.lastAt)}`,
    ),
    ...(groups.length > shown.length ? [`  and ${groups.length - shown.length} more`] : []),
  ];
}
