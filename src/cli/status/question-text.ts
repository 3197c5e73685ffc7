import { sayDuration } from '../../core/duration.ts';
import type { Asked, AskedStep, RunStatus } from '../../ports/store.ts';
import { printable } from '../process/exit.ts';
import { sayInstant } from '../process/output.ts';
import type { Paint } from '../process/output.ts';

/** As many characters of a plan's hash as people are shown; an answer needs at least these (`approvesThisPlan`). */
export const HASH_SHOWN = 8;

export function shortHash(plan: string): string {
  return plan.slice(0, HASH_SHOWN);
}

/** The open question as somebody reads it who must answer: what is asked, all that a yes lets happen, who may answer and until when. */
export function questionLines(
  status: Answered & { readonly asks: Asked },
  place: string,
  now: number | null,
  paint: Paint,
): readonly string[] {
  const { asks } = status;
  const { question, evidence = [], steps = [] } = asks;
  return [
    paint('bold', `ASKS:    ${printable(question)}`),
    ...evidence.map((line) => `           because ${printable(line)}`),
    ...steps.flatMap((step, index) => stepLines(step, index + 1, paint)),
    ...(asks.plan === null || asks.about === 'change' ? [] : [`  plan   ${shortHash(asks.plan)}`]),
    ...answerLines(status, place, now),
  ];
}

function stepLines(step: AskedStep, number: number, paint: Paint): readonly string[] {
  const waits = step.needsYes === null ? 'goes with the plan' : `waits for a yes: ${step.needsYes}`;
  return [
    `  ${number}. ${printable(step.title)}`,
    `       ${printable(waits)}`,
    `       why:  ${printable(step.reason)}`,
    ...step.diff.map((line) => `       ${printable(line)}`),
    step.irreversible
      ? paint('red', `       CANNOT BE UNDONE: ${printable(step.undo.replace(/^cannot be undone: /, ''))}`)
      : `       undo: ${printable(step.undo)}`,
  ];
}

function answerLines(status: Answered & { readonly asks: Asked }, place: string, now: number | null): readonly string[] {
  const { asks } = status;
  const until = asks.until === null ? 'no deadline' : `until ${deadlineWords(Date.parse(asks.until), now)}`;
  const answers = answersTo(status);
  const widest = Math.max(0, ...answers.map(({ way }) => way.length));
  return [
    `answer:  whoever may write to ${printable(place)}, ${until}:`,
    ...answers.map(({ way, does }) => `           ${way.padEnd(widest)}  ${printable(does)}`),
    `         unanswered, ${printable(asks.otherwise)}`,
  ];
}

/** `21:00:35Z (26m left)`; without the present, the instant alone. */
export function deadlineWords(at: number, now: number | null): string {
  if (now === null) return `${sayInstant(at, null)} (by the run's own clock)`;
  return `${sayInstant(at, now)} ${at > now ? `(${sayDuration(at - now)} left)` : `(overdue by ${sayDuration(now - at)})`}`;
}

/** A command that answers, and what it would do here. */
export interface Answer {
  readonly way: string;
  readonly order: string;
  readonly does: string;
}

type Answered = Pick<RunStatus, 'asks' | 'accepts' | 'changes' | 'rollback' | 'conditions'>;

/** What answers the open question, or lets a held run go on, and that the run would take as it stands: by its own word. */
export function answersTo(status: Answered): readonly Answer[] {
  return waysOf(status).filter(({ order }) => status.accepts?.includes(order) !== false);
}

function waysOf(status: Answered): readonly Answer[] {
  const { asks } = status;
  const about = asks?.about ?? (asks === undefined ? 'hold' : 'plan');
  const retry = {
    way: 'firebreak retry',
    order: 'RETRY',
    does: 'tries again: goes on with what it was undoing, else looks and plans anew',
  };
  const skip = { way: 'firebreak skip STEP', order: 'SKIP', does: 'leaves that step out, looks and plans again' };
  const reject = { way: 'firebreak approve --reject', order: 'REJECT', does: endWords(status) };
  const leave = { way: 'firebreak abort', order: 'ABORT', does: endWords(status) };
  const back = { way: 'firebreak rollback', order: 'ROLLBACK', does: backWords(status) };
  const resume = { way: 'firebreak resume', order: 'RESUME' };
  switch (about) {
    case 'plan':
      return [yes(asks?.plan, `makes ${changesWords(asks)}`), reject];
    case 'question':
      return [
        ...(asks?.yes === null ? [] : [yes(asks?.plan, asks?.yes ?? 'looks and plans again, and does not ask the same again')]),
        retry,
        skip,
        reject,
      ];
    case 'change':
      return [
        {
          way: 'firebreak adopt',
          order: 'ADOPT',
          does: 'keeps the change, looks and plans again; the same is changed again only with your yes',
        },
        {
          ...resume,
          does: 'keeps the change, and goes on with the plan where it still fits, else plans again; the same is changed again only with your yes',
        },
        leave,
        back,
      ];
    case 'hold':
      return [{ ...resume, does: 'the run goes on where it stands, and may write again' }, leave, back];
  }
}

function yes(plan: string | null | undefined, does: string): Answer {
  return { way: plan == null ? 'firebreak approve' : `firebreak approve --plan ${shortHash(plan)}`, order: 'APPROVE', does };
}

/** `2 changes, of which 1 CANNOT BE UNDONE: Scale staging-connector`. */
export function changesWords(asks: Asked | undefined): string {
  const steps = asks?.steps ?? [];
  const oneWay = steps.filter(({ irreversible }) => irreversible).map(({ title }) => title);
  const count = `${steps.length} ${steps.length === 1 ? 'change' : 'changes'}`;
  return oneWay.length === 0 ? count : `${count}, of which ${oneWay.length} CANNOT BE UNDONE: ${oneWay.join('; ')}`;
}

function endWords({ changes = [] }: Answered): string {
  const kept = changes.filter(({ undo }) => undo !== '').length;
  const stays = kept === 0 ? '' : `; ${kept} ${kept === 1 ? 'change that is in force stays' : 'changes that are in force stay'}`;
  return `ends the run: nothing more is begun, nothing is undone${stays}`;
}

function backWords({ rollback, changes = [] }: Answered): string {
  if (rollback === undefined) return changes.length === 0 ? 'the run has changed nothing to put back' : 'puts traffic back as it was';
  const back = rollback.back.map(({ service, traffic }) => `${service} to ${traffic}`);
  return `puts back ${back.join('; ') || 'nothing'}, watches it, and ends the run`;
}
