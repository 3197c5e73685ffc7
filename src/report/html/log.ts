import { caseLines } from '../case-words.ts';
import type { ValidationReport } from '../../core/model/verdict.ts';
import type { JournalLine } from '../../ports/store.ts';
import type { Figures } from '../figures/figures.ts';
import { factsOf, verdictOf } from '../journal-facts.ts';
import type { RunReport, TimelineEntry } from '../run-report.ts';
import { reachWords } from '../reach-words.ts';
import { signOffsOf } from '../sign-offs.ts';
import { instant, timeOfDay } from '../formatting.ts';
import { h, list, NOTHING, opens, table } from './markup.ts';
import type { Html, Part } from './markup.ts';
import { clock, count, percent, several } from './says.ts';

/** `598 × 20:04–06:03` for what was said again and again, the time alone for what was said once; with the day where it is another one. */
function whenOf({ at, times, until }: TimelineEntry, startedAt: number): string {
  const day = dayOf(at) === dayOf(startedAt) ? '' : `${dayOf(at)} `;
  return times === undefined || until === undefined ? `${day}${timeOfDay(at)}` : `${day}${count(times)} × ${clock(at)}–${clock(until)}`;
}

/** `09-15`. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(5, 10);
}

export function decisionLog({ timeline, startedAt }: RunReport, { looks }: Figures): Html {
  const rows = timeline.map((entry) => [whenOf(entry, startedAt ?? entry.at), entry.phase ?? '', whole(entry, looks)]);
  return table('Times are UTC; the same said again is counted where it was said first', ['when', 'phase', 'what'], rows, 'log');
}

export function signedBy(lines: readonly JournalLine[]): Html {
  return list(
    signOffsOf(lines).map(
      ({ at, by, decision, note }) => h`<b>${decision}</b> by ${by} (claimed), ${instant(at)}${note === '' ? '' : `: ${note}`}`,
    ),
  );
}

/** What a look saw is kept as one short line, cut where it is longer: what failed in it is told whole instead. */
function whole({ at, text }: TimelineEntry, looks: Figures['looks']): Part {
  const [, opening] = /^(First look|Seen): .*…/s.exec(text) ?? [];
  const look = looks.find((one) => one.writtenAt === at);
  if (opening === undefined || look === undefined) return text;
  const failing = Object.entries(look.facts.gates).filter(([gate, verdict]) => gate !== 'all' && verdictOf(verdict).outcome !== 'pass');
  const said = failing.map(([gate, verdict]) => {
    const { outcome, because } = verdictOf(verdict);
    return h`<b>${gate}</b> ${outcome === 'fail' ? 'fails' : 'cannot be told'}: ${because ?? 'no reason is kept'}`;
  });
  return h`${opening}: ${failing.map(([gate]) => gate).join(', ') || 'nothing fails'}${opens('what was said of them', list(said))}`;
}

/** The newest validation, check by check. */
export function validationSection(lines: readonly JournalLine[]): readonly (Html | null)[] {
  const all = lines.flatMap((line) => factsOf(line, 'validate.done') ?? []);
  const newest = all.at(-1);
  if (newest === undefined) return [h`<p>Nothing was validated: the run did not come that far.</p>`];
  const { verdict, passRate } = newest;
  return [
    h`<p><b>${verdict.outcome}</b>: ${verdict.because}. ${percent(passRate)} of the checks that count passed, at ${typeof newest.at === 'number' ? instant(newest.at) : 'a time that is not told'}; ${several(all.length, 'validation')} in all.</p>`,
    checksOf(newest),
  ];
}

function checksOf({ checks }: ValidationReport): Html {
  const rows = (Array.isArray(checks) ? checks : []).map((check) => [
    `${check.category}: ${check.name}`,
    check.critical ? 'critical' : '',
    check.counts === false ? `${check.verdict.outcome}, does not count` : check.verdict.outcome,
    check.verdict.because,
  ]);
  return table('The checks of the newest validation', ['check', 'weight', 'verdict', 'because'], rows);
}

export function caseSection({ escalation, told }: RunReport): readonly (Html | null)[] {
  return [escalation === null ? null : caseOf(escalation), toldOf(told)];
}

function caseOf(found: NonNullable<RunReport['escalation']>): Html {
  const [first = '', ...more] = caseLines(found);
  const escalated = `Escalated at ${timeOfDay(found.at)}: ${found.reason ?? 'the reason is not recorded'}. ${first}`;
  return h`<p>${escalated}</p>${list(more.map((line) => h`${line}`))}${found.text === '' ? NOTHING : opens('the text of the case', h`<pre>${found.text}</pre>`)}`;
}

function toldOf(told: RunReport['told']): Html {
  const items = told.map((message) => h`<b>${timeOfDay(message.at)}</b> ${reachWords(message)}: ${message.text}`);
  return opens(several(told.length, 'message to people', 'messages to people'), list(items));
}

export function questionsSection({ questions }: RunReport): readonly (Html | null)[] {
  return [
    list(questions.map(({ at, text, answer }) => h`<b>${timeOfDay(at)}</b> ${text} → ${answer === null ? 'not answered yet' : answer}`)),
  ];
}
