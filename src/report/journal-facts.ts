import type { ChangeStarted, Look, OperationEnd, PreflightAnswer, RestoreAnswer, Told } from '../../machines/incident/activities.ts';
import type { CaseAnswer, CaseEvidence, CaseReading, PreparedCase } from '../../machines/incident/people/case.ts';
import type { PlainError } from '../core/errors.ts';
import type { Diagnosis } from '../core/model/diagnosis.ts';
import type { Measures } from '../core/model/figures.ts';
import type { Plan } from '../core/model/plan.ts';
import type { Outcome, ValidationReport } from '../core/model/verdict.ts';
import type { JournalLine } from '../ports/store.ts';

/** A look as a tick line holds it: verdicts as `pass` or `fail: why`. */
export type TickFacts = Pick<Look, 'at' | 'headline' | 'indicators' | 'progress' | 'foreignChange' | 'workloads'> & {
  readonly gates: Readonly<Record<string, string | { readonly outcome: Outcome; readonly because: string }>>;
};

/** What was said: without how far each channel is, with the names of those that took it, where they are known. */
type ToldFacts = Omit<Told, 'channels'> & { readonly reached?: readonly string[] };

/**
 * What the journal's data are, by event (`src/durable/describe.ts`). A line that does not look like it says is left out of
 * the report rather than breaking it: a report is read when things are bad already.
 */
export interface JournalFacts {
  readonly 'run.started': { readonly runId?: string; readonly target?: string; readonly measures?: Measures };
  readonly 'run.resumed': { readonly by?: string; readonly awayMs?: number; readonly anew?: boolean; readonly missing?: readonly string[] };
  readonly 'run.ended': { readonly outcome: string };
  readonly 'preflight.done': PreflightAnswer;
  readonly 'observe.done': TickFacts;
  readonly 'diagnose.done': Diagnosis;
  readonly 'plan.done': Plan;
  readonly 'scaleConnector.done': ChangeStarted;
  readonly 'boundInstances.done': ChangeStarted;
  readonly 'pinTraffic.done': ChangeStarted;
  readonly 'deployService.done': ChangeStarted;
  readonly 'shiftTraffic.done': ChangeStarted;
  readonly 'awaitConnector.done': OperationEnd;
  readonly 'awaitBounds.done': OperationEnd;
  readonly 'awaitRevision.done': OperationEnd;
  readonly 'awaitTraffic.done': OperationEnd;
  readonly 'restoreTraffic.done': RestoreAnswer;
  readonly 'validate.done': ValidationReport;
  readonly 'time.away': { readonly awayMs: number };
  readonly 'time.stoodStill': { readonly stoodStillMs: number };
  readonly 'prepareCase.done': PreparedCase;
  readonly 'openCase.done': CaseAnswer;
  readonly 'attachEvidence.done': CaseEvidence;
  readonly 'commentOnCase.done': { readonly sent: boolean; readonly note?: string };
  /** Only where something was new. */
  readonly 'readCase.done': CaseReading;
  readonly 'escalateCase.done': { readonly escalated: boolean; readonly note: string | null };
  readonly 'closeCase.done': { readonly closed: boolean; readonly note?: string };
  readonly 'inform.done': ToldFacts;
  readonly 'conclude.done': ToldFacts;
}

export type KnownEvent = keyof JournalFacts;

const NEEDED: Readonly<Record<KnownEvent, readonly string[]>> = {
  'run.started': [],
  'run.resumed': [],
  'run.ended': ['outcome'],
  'preflight.done': ['refusals', 'warnings'],
  'observe.done': ['headline', 'indicators', 'gates', 'progress'],
  'diagnose.done': ['causes', 'unknowns'],
  'plan.done': ['steps', 'notes'],
  'scaleConnector.done': ['mutation'],
  'boundInstances.done': ['mutation'],
  'pinTraffic.done': ['mutation'],
  'deployService.done': ['mutation'],
  'shiftTraffic.done': ['mutation'],
  'awaitConnector.done': ['ok'],
  'awaitRevision.done': ['ok'],
  'awaitBounds.done': ['ok'],
  'awaitTraffic.done': ['ok'],
  'restoreTraffic.done': ['mutation'],
  'validate.done': ['verdict', 'checks'],
  'time.away': ['awayMs'],
  'time.stoodStill': ['stoodStillMs'],
  'prepareCase.done': ['text'],
  'openCase.done': ['text'],
  'attachEvidence.done': ['as', 'note'],
  'commentOnCase.done': ['sent'],
  'readCase.done': ['at', 'state', 'answers'],
  'escalateCase.done': ['escalated'],
  'closeCase.done': ['closed'],
  'inform.done': ['told', 'text'],
  'conclude.done': ['told', 'text'],
};

/** The data of a line when it is this event and holds what it must; null otherwise. */
export function factsOf<Event extends KnownEvent>(line: JournalLine, event: Event): JournalFacts[Event] | null {
  if (line.event !== event || typeof line.data !== 'object' || line.data === null) return null;
  const complete = NEEDED[event].every((field) => Object.hasOwn(line.data as object, field));
  return complete ? (line.data as JournalFacts[Event]) : null;
}

/** The first of several events that the line is, with its data. */
export function anyOf<Event extends KnownEvent>(line: JournalLine, events: readonly Event[]): JournalFacts[Event] | null {
  const event = events.find((candidate) => candidate === line.event);
  return event === undefined ? null : factsOf(line, event);
}

export const CHANGES = [
  'scaleConnector.done',
  'boundInstances.done',
  'pinTraffic.done',
  'deployService.done',
  'shiftTraffic.done',
] as const;
export const ENDS = ['awaitConnector.done', 'awaitBounds.done', 'awaitRevision.done', 'awaitTraffic.done'] as const;

/** The error of a `.failed` line, or null. */
export function failureOf(line: JournalLine): PlainError | null {
  if (!line.event.endsWith('.failed') || typeof line.data !== 'object' || line.data === null) return null;
  return 'message' in line.data && 'code' in line.data ? (line.data as PlainError) : null;
}

/** A verdict in either of its spellings. */
export function verdictOf(gate: TickFacts['gates'][string]): { readonly outcome: Outcome; readonly because: string | null } {
  if (typeof gate !== 'string') return gate;
  const [outcome, ...rest] = gate.split(': ');
  return { outcome: isOutcome(outcome) ? outcome : 'error', because: rest.length === 0 ? null : rest.join(': ') };
}

function isOutcome(text: string | undefined): text is Outcome {
  return text === 'pass' || text === 'fail' || text === 'error' || text === 'inconclusive';
}
