import { NAMELESS } from '../../core/of-connector.ts';
import { reminderIn } from '../../core/reminder.ts';
import { isHeldAt, placeWords } from '../../../machines/incident/paths.ts';
import { sayDuration } from '../../core/duration.ts';
import type { JournalLine, RunStatus } from '../../ports/store.ts';
import { printable } from '../process/exit.ts';
import { sayInstant } from '../process/output.ts';
import { needsHuman } from '../status/standing-text.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warning' | 'human';

/** A line that stays on the screen. */
export interface Milestone {
  readonly tone: Tone;
  readonly text: string;
  /** Nothing but another place: what a line about the new status says as well. */
  readonly onlyMoved?: boolean;
}

/** A journal line as people should read it, or null when nothing has happened that they would want to keep. Pure. */
export function milestone(line: JournalLine, statesBefore: readonly string[]): Milestone | null {
  const text = (found: Milestone): Milestone => ({ ...found, text: printable(found.text) });
  if (line.kind === 'tick') return foreignChangeWords(line, statesBefore);
  if (line.kind === 'command') return text(commandWords(line));
  const told = TELLING[line.event]?.(fieldsOf(line.data)) ?? null;
  if (told !== null) return text(told);
  if (line.kind === 'note' || line.kind === 'claim')
    return text({ tone: 'plain', text: [line.event, shortText(line.data)].filter(Boolean).join(': ') });
  const place = placeWords(line.states);
  if (place === placeWords(statesBefore) || place === '') return null;
  const failed = line.event.endsWith('.failed');
  return text({ tone: failed ? 'bad' : 'plain', text: `${eventWords(line)} → ${spoken(place)}`, onlyMoved: !failed });
}

/**
 * Where the run is, what it waits for, until when, what follows, and how old its last look is, in one line of at most `width`
 * characters. The age is never cut off: it is what shows that the line is true.
 */
export function liveLine(status: RunStatus, lookedAt: number | null, now: number, width: number): string {
  const age = lookedAt === null ? 'not looked yet' : `looked ${sayDuration(Math.max(0, now - lookedAt))} ago`;
  return fit(statusWords(status, now), ` · ${age}`, width);
}

/** The same without the age: what a plain line says when it changes. */
export function statusWords(status: RunStatus, now: number): string {
  if (status.outcome !== null) return printable(`${status.outcome}: ${status.why}`);
  const where = spoken(placeWords(status.states) || status.phase);
  const wait = foremostWait(status);
  if (wait === null) return printable(`${where} · ${status.why}`);
  const who = needsHuman(status) && wait.owner === 'operator' ? 'NEEDS A HUMAN: ' : '';
  const until = wait.until === null ? '' : `until ${sayInstant(Date.parse(wait.until), now)} (${leftWords(Date.parse(wait.until), now)}): `;
  return printable(`${where} · ${who}${until}${wait.for}${wait.then === '' ? '' : ` · then: ${wait.then}`}`);
}

/** Of several waits the one to show: that of a human first, otherwise the runbook's, which is named first. */
export function foremostWait(status: RunStatus): RunStatus['waiting'][number] | null {
  return status.waiting.find((wait) => wait.owner === 'operator') ?? status.waiting[0] ?? null;
}

/** `+00:12:30` since the run began; hours may exceed two digits. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `+${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
}

type Fields = Readonly<Record<string, unknown>>;

function resumedWords(data: Fields): Milestone {
  const text = `run resumed after ${sayDuration(Number(data['awayMs'] ?? 0))} away`;
  if (data['anew'] !== true) return { tone: 'plain', text };
  const missing = Array.isArray(data['missing']) ? data['missing'].join('; ') : 'its record does not fit';
  return { tone: 'warning', text: `${text}; it begins anew at the first look with what it has done: ${missing}` };
}

/** What some events say by themselves. Null: nothing worth a line of its own. */
const TELLING: Readonly<Record<string, (data: Fields) => Milestone | null>> = {
  'run.started': () => ({ tone: 'plain', text: 'run started' }),
  'run.resumed': resumedWords,
  'time.away': (data) => ({ tone: 'warning', text: awayWords(Number(data['awayMs'] ?? 0)) }),
  'diagnose.done': diagnosisWords,
  'plan.done': planWords,
  'scaleConnector.done': mutationWords,
  'boundInstances.done': mutationWords,
  'pinTraffic.done': mutationWords,
  'deployService.done': mutationWords,
  'shiftTraffic.done': mutationWords,
  'restoreTraffic.done': mutationWords,
  'awaitConnector.done': (data) => endWords(NAMELESS, data),
  'awaitRevision.done': (data) => endWords(typeof data['revision'] === 'string' ? `revision ${data['revision']}` : 'revision', data),
  'awaitBounds.done': (data) => endWords('bounds of the instances', data),
  'awaitTraffic.done': (data) => endWords('traffic', data),
  'validate.done': validationWords,
  'openCase.done': (data) => ({
    tone: 'warning',
    text:
      typeof data['caseName'] === 'string'
        ? `support case open: ${data['caseName']}`
        : 'support could not take the case: its text is ready to be handed over',
  }),
  'readCase.done': caseWords,
  'inform.done': toldWords,
  'conclude.done': notToldWords,
  'escalateCase.done': (data) => ({
    tone: 'warning',
    text:
      data['escalated'] === true ? 'support case escalated' : `support case not escalated: ${String(data['note'] ?? 'no reason given')}`,
  }),
};

function caseWords(data: Fields): Milestone {
  const answers = Array.isArray(data['answers']) ? data['answers'].map(fieldsOf) : [];
  const wrote = answers.map(({ by, byGoogle, text }) => `; ${byGoogle === true ? `Google (${String(by)})` : String(by)}: ${String(text)}`);
  return { tone: 'warning', text: `support case is ${String(data['state'])}${wrote.join('')}` };
}

/** What keeps the run waiting is news to whoever watches, as to the channels; what else they are told, other lines say. */
function toldWords(data: Fields): Milestone | null {
  const waits = typeof data['text'] === 'string' ? reminderIn(data['text']) : null;
  const missed = notToldWords(data);
  if (waits === null) return missed;
  return { tone: 'warning', text: missed === null ? waits : `${waits}\n${missed.text}` };
}

/** Whom a message has not reached; that a channel still lacks what it lacked is no news. */
function notToldWords(data: Fields): Milestone | null {
  const missed = Array.isArray(data['missed']) && data['text'] !== '' ? data['missed'].map(fieldsOf) : [];
  return missed.length === 0 ? null : { tone: 'warning', text: `not told: ${missed.map(({ why }) => String(why)).join('; ')}` };
}

function awayWords(awayMs: number): string {
  if (awayMs < 0) return `the clock was set back by ${sayDuration(-awayMs)}: deadlines are moved with it, looking anew`;
  return `nobody looked for ${sayDuration(awayMs)} (stopped, frozen, or the clock was set): deadlines are given that time, looking anew`;
}

/** The change by somebody else that a look tells of: each once, and once more when its author is known. */
export function foreignChangeOf(line: JournalLine): Fields | null {
  const change = line.kind === 'tick' ? fieldsOf(line.data)['foreignChange'] : null;
  return change == null ? null : fieldsOf(change);
}

function foreignChangeWords(line: JournalLine, statesBefore: readonly string[]): Milestone | null {
  const change = foreignChangeOf(line);
  const isHeld = isHeldAt(line.states);
  if (change === null) {
    if (!isHeld || isHeldAt(statesBefore)) return null;
    return { tone: 'human', text: 'HELD: something was changed, not by this run; `firebreak why` shows it' };
  }
  const { subject, actor, diff } = change;
  const by = typeof actor === 'string' ? `by ${actor}` : 'by somebody else';
  const what = Array.isArray(diff) ? diff.join(' ') : '';
  // Whose it is may be known only later: one change is asked about once.
  const isAsked = isHeld && !isHeldAt(statesBefore);
  const ask = isAsked ? '; adopt, resume or abort?' : '';
  const standing = isAsked ? 'HELD: ' : isHeld ? 'still held: ' : '';
  return {
    tone: 'human',
    text: printable(`${standing}${String(subject)} was changed ${by}, not by this run: ${what}${ask}`),
  };
}

function diagnosisWords(data: Fields): Milestone {
  if (data['healthy'] === true) return { tone: 'good', text: 'diagnosis: healthy' };
  const [first] = Array.isArray(data['causes']) ? data['causes'] : [];
  const { kind, subject, summary } = fieldsOf(first);
  return {
    tone: 'plain',
    text: typeof summary === 'string' ? `diagnosis: ${String(kind)} (${String(subject)}): ${summary}` : 'diagnosis: no cause found',
  };
}

function planWords(data: Fields): Milestone {
  const steps = Array.isArray(data['steps']) ? data['steps'].map(fieldsOf) : [];
  const named = (decision: string) =>
    steps.filter((step) => step['decision'] === decision).map((step) => String(step['title'] ?? step['id']));
  const parts = [
    ['apply', named('apply')],
    ['skip', named('skip')],
    ['veto', named('veto')],
  ] as const;
  const said = parts.filter(([, titles]) => titles.length > 0).map(([decision, titles]) => `${decision} ${titles.join(', ')}`);
  return { tone: named('veto').length > 0 ? 'warning' : 'plain', text: `plan: ${said.join('; ') || 'nothing to do'}` };
}

function mutationWords(data: Fields): Milestone | null {
  const { title, outcome, operation } = fieldsOf(data['mutation']);
  if (typeof title !== 'string') return null;
  const how = outcome === 'already' ? 'already so, nothing sent' : typeof operation === 'string' ? 'accepted, not yet applied' : 'sent';
  return { tone: 'plain', text: `${title}: ${how}` };
}

function endWords(what: string, data: Fields): Milestone {
  if (data['ok'] === true) return { tone: 'good', text: `${what}: in effect` };
  const said = [data['reason'], data['message']].filter((part) => typeof part === 'string');
  return { tone: 'bad', text: `${what}: failed: ${said.join(': ') || 'no reason given'}` };
}

function validationWords(data: Fields): Milestone | null {
  const { outcome, because } = fieldsOf(data['verdict']);
  if (typeof outcome !== 'string') return null;
  return { tone: outcome === 'pass' ? 'good' : 'warning', text: `validation: ${outcome}: ${String(because)}` };
}

function commandWords(line: JournalLine): Milestone {
  const { by, reason } = fieldsOf(line.data);
  const who = typeof by === 'string' ? ` by ${by} (claimed)` : '';
  return { tone: 'human', text: `${line.event}${who}${typeof reason === 'string' ? `: ${reason}` : ''}` };
}

/** `scaleConnector.failed` → `scale connector failed: busy`. */
function eventWords(line: JournalLine): string {
  const [first, ...rest] = line.event.split('.');
  if (first === 'timer') return 'the time for it is over';
  const reason = line.event.endsWith('.failed') ? shortText(line.data) : '';
  return [spoken([first, ...rest].join(' ')), reason].filter(Boolean).join(': ');
}

/** Names of states and activities as words: `judgingCanary` → `judging canary`. */
export function spoken(names: string): string {
  return names.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shortText(data: unknown): string {
  if (typeof data === 'string') return data;
  const fields = fieldsOf(data);
  const found = ['message', 'because', 'reason', 'text', 'why'].map((key) => fields[key]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : '';
}

/** An object's fields; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function leftWords(at: number, now: number): string {
  return at >= now ? `${sayDuration(at - now)} left` : `overdue by ${sayDuration(now - at)}`;
}

/** Cuts the front part, never the end. */
function fit(front: string, end: string, width: number): string {
  const room = Math.max(0, width - end.length);
  return front.length <= room ? `${front}${end}` : `${front.slice(0, Math.max(0, room - 1))}…${end}`.slice(0, Math.max(width, 0));
}
