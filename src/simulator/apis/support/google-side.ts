import type { Scenario } from '../../scenario.ts';
import { timestamp, type Fields } from '../../surface/wire.ts';
import type { CaseComment, SupportCase } from './model.ts';

type Described = NonNullable<Scenario['support']>;

/** How long until somebody takes a new case. */
const TAKEN_AFTER_MS = 4 * 60_000;
/** Priorities that a tier takes no case of. */
const TOO_HIGH: Readonly<Record<string, readonly string[]>> = { standard: ['P0', 'P1'] };

/** What Google does with a case by itself: takes it, answers it and moves its state, at instants counted from its creation. */
export class GoogleSide {
  readonly #answers: NonNullable<Described['answers']>;
  readonly #tier: Described['tier'];

  constructor(support: Scenario['support']) {
    this.#answers = [...(support?.answers ?? [])].sort((one, other) => one.after - other.after);
    this.#tier = support?.tier;
  }

  stateOf(each: SupportCase, now: number): string {
    if (each.closed) return 'CLOSED';
    const told = this.#due(each, now).findLast(({ state }) => state !== undefined)?.state;
    return told ?? (now - each.createdAt < TAKEN_AFTER_MS ? 'NEW' : 'IN_PROGRESS_GOOGLE_SUPPORT');
  }

  isClosed(each: SupportCase, now: number): boolean {
    return this.stateOf(each, now) === 'CLOSED';
  }

  /** All comments so far, Google's among them, oldest first. */
  commentsOf(each: SupportCase, now: number): readonly CaseComment[] {
    const answers = this.#due(each, now).flatMap(({ after, body, by }) =>
      body === undefined ? [] : [{ body, createdAt: each.createdAt + after, by: { displayName: by, googleSupport: true } }],
    );
    return [...each.comments, ...answers].sort((one, other) => one.createdAt - other.createdAt);
  }

  updateTime(each: SupportCase, now: number): string {
    const answered = this.#due(each, now).map(({ after }) => each.createdAt + after);
    return timestamp(Math.max(each.updatedAt, ...answered));
  }

  takes(priority: unknown): boolean {
    return !(TOO_HIGH[this.#tier ?? ''] ?? []).includes(String(priority));
  }

  /** Escalation is a feature of the higher tiers (gcp-facts 7). */
  get escalates(): boolean {
    return this.#tier !== 'standard';
  }

  #due(each: SupportCase, now: number): NonNullable<Described['answers']> {
    return this.#answers.filter(({ after }) => each.createdAt + after <= now);
  }
}

export function renderComment(path: string, number: number, { body, createdAt, by }: CaseComment): Fields {
  return { name: `${path}/comments/${number}`, createTime: timestamp(createdAt), creator: by, body, plainTextBody: body };
}
