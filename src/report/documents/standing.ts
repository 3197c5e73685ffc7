import { defined } from '../../core/defined.ts';
import { sayDuration } from '../../core/duration.ts';
import { quoted } from '../../core/shell.ts';
import { placeWords } from '../../../machines/incident/paths.ts';
import { FIGURES_REACH, instant } from '../formatting.ts';
import { changesWords, endWords } from '../ending.ts';
import { caseLines } from '../case-words.ts';
import { checkWords, titleOf } from './checks.ts';
import type { Story } from './story.ts';

/** Sentences that every document begins with. Each says what is known, up to when. Pure. */

/** `REHEARSAL of scenario no-improvement: nothing of this happened to a real project.`; null: it was none. */
export function rehearsalLine({ report }: Pick<Story, 'report'>): string | null {
  if (report.scenario === null) return null;
  return `REHEARSAL (scenario ${report.scenario}): played against the simulator; nothing of this happened to a real project.`;
}

/** How the run stands or has ended, in one sentence. */
export function standingLine(story: Story): string {
  const { report, driven, asOf, lines, status } = story;
  const upTo = asOf === null ? '' : ` (as of ${instant(asOf)})`;
  if (report.outcome !== null) return `The run ended ${endWords(report)}${asOf === null ? '' : ` at ${instant(asOf)}`}.`;
  if (lines.length === 0) return 'The journal is empty: nothing is known of this run.';
  const where = status?.why ?? placeWords(defined(lines.at(-1)).states);
  const nobody = driven === false ? ' No process drives it now: it goes on with `firebreak run`.' : '';
  return `The run has not ended${upTo}; last: ${where === '' ? 'no known place' : where}.${nobody}`;
}

/** What is wrong by the newest diagnosis, and when that was. */
export function causeLine({ diagnosis }: Pick<Story, 'diagnosis'>): string {
  if (diagnosis === null) return 'No diagnosis was made.';
  const [first] = diagnosis.causes;
  if (diagnosis.healthy) return `Diagnosed healthy at ${instant(diagnosis.at)}.`;
  return `Diagnosed at ${instant(diagnosis.at)}: ${first === undefined ? 'no cause was found' : first.summary}.`;
}

/** What does not pass now: the first few, in whole sentences, and how many more. */
export function openLines({ open, checks, changedAt }: Pick<Story, 'open' | 'checks' | 'changedAt'>, most = 3): readonly string[] {
  if (checks.length === 0) return ['nothing was measured'];
  if (open.length === 0) {
    const newest = Math.max(...checks.map(({ at }) => at));
    const isOld = changedAt !== null && newest - FIGURES_REACH < changedAt;
    const old = isOld ? `; their figures may reach back before the last change (${instant(changedAt)})` : '';
    return [`every one of ${checks.length} checks passed when it was last made (up to ${instant(newest)})${old}`];
  }
  const said = open.slice(0, most).map((check) => `${titleOf(check)}: ${checkWords(check)}`);
  const more = open.length - said.length;
  return more === 0 ? said : [...said, `${more} more ${more === 1 ? 'check does' : 'checks do'} not pass`];
}

/** `2 changes applied, both in force`. */
export function doneLine({ report, inForce }: Pick<Story, 'report' | 'inForce'>): string {
  if (report.mutations.every(({ outcome }) => outcome === 'already')) return `${changesWords(report)}.`;
  const kept = inForce.filter(({ outcome }) => outcome === 'applied').length;
  const pending = inForce.filter(({ outcome }) => outcome === 'pending').length;
  const open = pending === 0 ? '' : `; of ${pending} more the end is not known`;
  return `${changesWords(report)}; ${kept === 0 ? 'none of them is known to be in force' : `${kept} in force now`}${open}.`;
}

/** What a person is asked, by when, what follows without an answer, and how to answer; only of a run at work. */
export function askedLines({ status, report, state }: Pick<Story, 'status' | 'report' | 'state'>): readonly string[] {
  if (report.outcome !== null || status?.asks === undefined) return [];
  const { question, about, plan, until, otherwise } = status.asks;
  const by = until === null ? 'no deadline' : `by ${instant(Date.parse(until))}`;
  const where = `--state ${quoted(state)}`;
  const answer = about === 'plan' && plan !== null ? `firebreak approve --plan ${plan.slice(0, 8)} ${where}` : `firebreak why ${where}`;
  return [question, `Answer ${by}; without one: ${otherwise}`, `To see all of it and to answer: ${answer}`];
}

/** What it waits for, until when, and what follows; only of a run at work. */
export function awaitedLines({ status, report, driven }: Pick<Story, 'status' | 'report' | 'driven'>): readonly string[] {
  if (report.outcome !== null || status === null) return [];
  const waits = status.waiting.map((wait) => {
    const until = wait.until === null ? 'without a deadline' : `until ${instant(Date.parse(wait.until))}`;
    return `${wait.for} (${until}; then: ${wait.then})`;
  });
  const idle = driven === false ? ['Nothing of it happens while no process drives this run'] : [];
  return [...waits, ...idle];
}

/** Why it was handed over, what did not pass at that moment, and what became of the case. */
export function escalationLines({ report }: Pick<Story, 'report'>): readonly string[] {
  const { escalation } = report;
  if (escalation === null) return ['Not escalated.'];
  const { at, reason, failing } = escalation;
  const [first = '', ...more] = caseLines(escalation);
  return [
    `Escalated at ${instant(at)}: ${reason ?? 'the reason was not recorded'}. ${first}`,
    ...more,
    ...(failing.length === 0 ? [] : [`What did not pass at that moment: ${failing.join('; ')}.`]),
  ];
}

/** When the next message comes. */
export function nextMessageLine({ report, settings, driven }: Pick<Story, 'report' | 'settings' | 'driven'>): string {
  if (report.outcome !== null) return 'No further message comes from this run: it has ended.';
  if (driven === false) return 'No message comes while no process drives this run.';
  const every = settings.tellEveryMs;
  const last = report.told.at(-1)?.at ?? report.startedAt;
  if (every === undefined || last === null) return 'When the next message comes is not recorded.';
  return `Next message by ${instant(last + every)} (every ${sayDuration(every)}), at once when something changes.`;
}
