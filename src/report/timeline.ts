import { reminderIn } from '../core/reminder.ts';
import { phaseAt } from '../../machines/incident/paths.ts';
import type { ForeignChange } from '../../machines/incident/activities.ts';
import { sayDuration } from '../core/duration.ts';
import type { JournalLine } from '../ports/store.ts';
import { actorWords, foreignChangesOf } from './changes/foreign-changes.ts';
import { undoneIn } from './changes/undone.ts';
import { anyOf, CHANGES, ENDS, factsOf, failureOf, verdictOf } from './journal-facts.ts';
import type { TickFacts } from './journal-facts.ts';
import { heldAgainstNeighbours } from './neighbours.ts';
import type { Held } from './neighbours.ts';
import { commandWords } from './questions.ts';
import type { TimelineEntry } from './run-report.ts';
import { firstClause } from './formatting.ts';

/** What happened in plain words, oldest first. Looks appear only where they show something new; ticks and retries do not. */
export function timelineOf(lines: readonly JournalLine[]): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const changes = new Map(foreignChangesOf(lines).map(({ index, change }) => [index, change]));
  let seen: string | null = null;
  const places = new Map<string, number>();
  let changing = 'a change';
  for (const [index, line] of lines.entries()) {
    const look = factsOf(line, 'observe.done');
    const picture: string | null = look === null ? seen : pictureOf(look);
    const said = { foreign: changes.get(index) ?? null, changed: picture !== seen, first: seen === null };
    const words = look === null ? wordsOf(line, changing) : lookWords(look, said, () => heldAgainstNeighbours(lines, index));
    seen = picture;
    changing = anyOf(line, CHANGES)?.mutation.title ?? changing;
    if (words === null) continue;
    const entry = { at: line.at, phase: phaseAt(line.states), text: words };
    if (MAY_REPEAT.test(line.event) && !changes.has(index)) fold(entries, entry, places);
    else entries.push(entry);
  }
  return entries;
}

/** What is seen, judged or tried again and again; a change, an order or an end is told each time. */
const MAY_REPEAT = /^(?:observe|diagnose|plan|validate|inform)\.done$|\.failed$/;

/** The same words again, whatever the figures in them, are counted where they were said first. */
function fold(entries: TimelineEntry[], entry: TimelineEntry, places: Map<string, number>): void {
  const key = `${entry.phase} ${entry.text.replaceAll(/\d+(?:\.\d+)?/g, '#')}`;
  const place = places.get(key);
  const first = place === undefined ? undefined : entries[place];
  if (place === undefined || first === undefined) {
    places.set(key, entries.length);
    entries.push(entry);
    return;
  }
  entries[place] = { ...first, times: (first.times ?? 1) + 1, until: entry.at };
}

/** Which gates fail, without figures: two looks with the same picture say the same to a reader. */
function pictureOf(look: TickFacts): string {
  const bad = Object.entries(look.gates).filter(([gate, verdict]) => gate !== 'all' && verdictOf(verdict).outcome === 'fail');
  return bad.map(([gate]) => gate).join(' ');
}

interface Seen {
  /** The change by somebody else that this look was the first to tell of. */
  readonly foreign: ForeignChange | null;
  readonly changed: boolean;
  readonly first: boolean;
}

/** `Better` is said of what the run may have done; else only what the figures show, and why they show no more. */
function lookWords(look: TickFacts, { foreign, changed, first }: Seen, held: () => Held): string | null {
  if (foreign !== null) return `${foreign.subject} was changed by ${actorWords(foreign)}, not by this run: ${foreign.diff.join('; ')}`;
  if (look.progress.improved) {
    const { holds, because } = held();
    return `${holds ? 'Better' : 'Measured'}: ${look.progress.because.replace(/^better: /, '')} (${because})`;
  }
  if (!changed) return null;
  return `${first ? 'First look' : 'Seen'}: ${seenWords(look)}`;
}

/** The worst of it in a whole clause, and how many more; the headline of the look where no gate is open. */
function seenWords({ gates, headline }: TickFacts): string {
  const all = Object.entries(gates).map(([gate, verdict]) => ({ gate, ...verdictOf(verdict) }));
  const named = all.filter(({ gate }) => gate !== 'all');
  const open = (['fail', 'error', 'inconclusive'] as const).map((outcome) => named.filter((each) => each.outcome === outcome));
  const [worst, ...others] = open.find((found) => found.length > 0)?.toSorted((one, other) => rank(one.gate) - rank(other.gate)) ?? [];
  if (worst?.because == null) return headline;
  return `${firstClause(worst.because)}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
}

/** Services first, because users meet services. */
function rank(gate: string): number {
  return gate.startsWith('healthy:') ? 0 : 1;
}

/** `changing`: the title of the change that is under way. */
function wordsOf(line: JournalLine, changing: string): string | null {
  if (line.kind === 'command') return commandWords(line);
  return (
    changeWords(line, changing) ?? decisionWords(line) ?? outsideWords(line) ?? runWords(line) ?? timerWords(line) ?? failureWords(line)
  );
}

function changeWords(line: JournalLine, changing: string): string | null {
  const started = anyOf(line, CHANGES);
  if (started !== null)
    return `${started.mutation.title}: ${started.mutation.outcome === 'already' ? 'already so, nothing sent' : 'asked for'}`;
  const end = anyOf(line, ENDS);
  if (end !== null && end.ok) return `${changing}: done${end.revision === null ? '' : ` (${end.revision})`}`;
  if (end !== null) return `${changing}: FAILED: ${end.reason ?? 'unknown'}: ${end.message ?? 'no message'}`;
  const undone = undoneIn(line);
  if (undone !== null) return `To be undone: ${undone.because}`;
  const restored = factsOf(line, 'restoreTraffic.done');
  if (restored === null) return null;
  return `${restored.mutation.title}${restored.exact ? ', exactly as it was' : ''}${restored.note === null ? '' : ` (${restored.note})`}`;
}

function decisionWords(line: JournalLine): string | null {
  const preflight = factsOf(line, 'preflight.done');
  if (preflight !== null)
    return preflight.refusals.length === 0
      ? preflightWords(preflight.warnings)
      : `Preflight refused: ${preflight.refusals.map((refusal) => `${refusal.check}: ${refusal.why} Fix: ${refusal.fix}`).join('; ')}`;
  const diagnosis = factsOf(line, 'diagnose.done');
  if (diagnosis !== null) return `Diagnosis: ${diagnosis.healthy ? 'healthy' : (diagnosis.causes[0]?.summary ?? 'no cause found')}`;
  const plan = factsOf(line, 'plan.done');
  if (plan === null) return null;
  const parts = PLANNED.map(([word, decision]) => {
    const titles = plan.steps.filter((step) => step.decision === decision).map(({ title }) => title);
    return titles.length === 0 ? null : `${word} ${titles.join(', ')}`;
  });
  // A plan holds a question before anybody is asked: more looks may answer it.
  const question =
    plan.question === null
      ? ''
      : `. ${plan.awaits === undefined ? 'A human must tell' : 'Unless more looks tell, a human must'}: ${plan.question.text}`;
  return `Plan: ${parts.filter((part) => part !== null).join('; ') || 'nothing to do'}${question}`;
}

const PLANNED = [
  ['apply', 'apply'],
  ['leave out', 'skip'],
  ['vetoed:', 'veto'],
] as const;

function preflightWords(warnings: readonly string[]): string {
  const fine = 'Preflight: nothing that a write needs is missing';
  if (warnings.length === 0) return fine;
  return `${fine}; ${warnings.length === 1 ? 'a warning' : `${warnings.length} warnings`}: ${warnings.join('; ')}`;
}

function outsideWords(line: JournalLine): string | null {
  const validation = factsOf(line, 'validate.done');
  if (validation !== null) return `Validation: ${validation.verdict.outcome}: ${validation.verdict.because}`;
  const opened = factsOf(line, 'openCase.done');
  if (opened !== null)
    return opened.caseName === null
      ? `No case could be opened (${opened.note ?? 'no reason'}); its text is in this report`
      : `Support case ${opened.caseName} is open`;
  const comment = factsOf(line, 'commentOnCase.done');
  if (comment?.note !== undefined) return `The support case did not take a comment: ${comment.note}`;
  if (comment?.sent === true) return 'Commented on the support case';
  if (factsOf(line, 'closeCase.done')?.closed === true) return 'Support case closed';
  return followedWords(line) ?? waitingWords(line);
}

/** What keeps the run waiting; whatever else people are told stands here by itself. */
function waitingWords(line: JournalLine): string | null {
  const told = factsOf(line, 'inform.done');
  const waits = told === null ? null : reminderIn(told.text);
  return waits === null ? null : `Told: ${waits}`;
}

/** What was done to an open case, and what others did. */
function followedWords(line: JournalLine): string | null {
  const put = factsOf(line, 'attachEvidence.done');
  if (put !== null)
    return put.as === 'nothing'
      ? `No evidence could be put on the support case: ${put.note}`
      : `Evidence put on the support case: ${put.note}`;
  const raised = factsOf(line, 'escalateCase.done');
  if (raised !== null)
    return raised.escalated ? 'Support case escalated' : `Support case not escalated: ${raised.note ?? 'no reason given'}`;
  const read = factsOf(line, 'readCase.done');
  if (read === null) return null;
  const wrote = read.answers.map(({ by, byGoogle, text }) => `; ${byGoogle ? `Google (${by})` : by}: “${text}”`).join('');
  return `Support case read: ${read.state}${wrote}`;
}

function runWords(line: JournalLine): string | null {
  const started = factsOf(line, 'run.started');
  if (started !== null)
    return `Run ${started.runId ?? ''} started${started.target === undefined ? '' : ` for ${started.target}`}`.replace('  ', ' ');
  const resumed = factsOf(line, 'run.resumed');
  if (resumed !== null)
    return `Resumed${resumed.by === undefined ? '' : ` by ${resumed.by}`}${resumed.awayMs === undefined ? '' : ` after ${sayDuration(resumed.awayMs)} away`}${resumed.anew === true ? `, ${anewWords(resumed.missing)}` : ''}`;
  const away = factsOf(line, 'time.away');
  if (away !== null) return awayWords(away.awayMs);
  const stood = factsOf(line, 'time.stoodStill');
  if (stood !== null) return `The program stood still for ${sayDuration(stood.stoodStillMs)} and heard nobody`;
  const ended = factsOf(line, 'run.ended');
  return ended === null ? null : `Run ended: ${ended.outcome}`;
}

function anewWords(missing: readonly string[] = ['its record does not fit']): string {
  return `begun anew at the first look with what the run has done: ${missing.join('; ')}`;
}

/** Deadlines that passed; a tick, a pause before another try and the like are no news. */
const DEADLINES: Readonly<Record<string, string>> = {
  BLIND_LIMIT: 'Nothing could be seen for too long',
  APPROVAL: 'Nobody approved the plan in time',
  QUESTION: 'Nobody answered in time',
  HELD_LIMIT: 'The hold lasted too long',
  CAPACITY_PHASE: 'The time for the capacity phase is over',
  SERVICES_PHASE: 'The time for the services phase is over',
  VALIDATION_PHASE: 'The time for validation is over',
  CONNECTOR_LIMIT: 'The connector did not become ready in time',
  REVISION_LIMIT: 'The revision did not become ready in time',
  TRAFFIC_LIMIT: 'The traffic was not in force in time',
  STABLE_LIMIT: 'The service did not become stable in time',
  DEPENDENCY: 'What it depends on did not become healthy in time',
  RESTORE_LIMIT: 'Putting the traffic back took too long',
  IMPROVEMENT_WINDOW: 'No improvement within the window',
  REST_OF_WINDOW: 'No improvement within the window',
  IN_VAIN: 'Nothing was left to try, and nobody came in time',
  FOLLOW: 'The follow-up of the escalation is over',
};

function awayWords(awayMs: number): string {
  if (awayMs < 0) return `The clock was set back by ${sayDuration(-awayMs)}; deadlines were moved with it`;
  return `Nobody looked for ${sayDuration(awayMs)} (stopped, frozen, or the clock was set forward); deadlines were given that time`;
}

function timerWords(line: JournalLine): string | null {
  return line.event.startsWith('timer.') ? (DEADLINES[line.event.slice('timer.'.length)] ?? null) : null;
}

function failureWords(line: JournalLine): string | null {
  const failure = failureOf(line);
  return failure === null ? null : `${line.event.replace(/\.failed$/, '')} did not work: ${failure.code}: ${failure.message}`;
}
