import type { WebSocket } from 'ws';
import { isFields } from '../surface/wire.ts';
import type { Stay } from '../lane.ts';

/** What a joined process says of itself when nothing is in flight in it. Instants are epoch milliseconds. */
interface Report {
  /** The last of our words that it had heard. */
  readonly heard: number;
  /** Until when it sleeps; null: for ever, if nothing comes. */
  readonly until: number | null;
  /** Its requests that have no answer yet, and the number that its next one will have. */
  readonly open: readonly number[];
  readonly next: number;
  /** How many conversations it holds with us that carry no stamp. */
  readonly unstamped: number;
}

/** A request of a member that has arrived. */
interface Arrived {
  readonly hangUp: () => void;
  /** Lets it in; null: it is in. */
  begin: (() => void) | null;
}

/** A process that has joined the clock, as far as the clock knows it. */
export class Member {
  readonly id: number;
  readonly described: string;
  readonly pid: number;
  /** The time that it was told last. */
  toldAt: number;
  /** Left out of account until it speaks again: a stopped process. */
  excused = false;
  readonly #line: WebSocket;
  #serial = 0;
  #report: Report | null = null;
  #lastNumber = -1;
  readonly #arrived = new Map<number, Arrived>();

  constructor(line: WebSocket, who: { readonly id: number; readonly name: string; readonly pid: number }, welcome: object, now: number) {
    this.#line = line;
    this.id = who.id;
    this.pid = who.pid;
    this.described = `${who.name} (process ${who.pid})`;
    this.toldAt = now;
    this.#say({ ...welcome, member: who.id, serial: 0, now });
  }

  /** Nothing is in flight in it, it has heard all that it was told, and every request of its is here. */
  get atRest(): boolean {
    const report = this.#report;
    if (report === null || report.heard !== this.#serial || report.next <= this.#lastNumber) return false;
    return report.open.every((number) => this.#arrived.has(number));
  }

  /** Until when it sleeps; null: for ever. */
  get until(): number | null {
    return this.#report?.until ?? null;
  }

  get holdsUnstamped(): boolean {
    return (this.#report?.unstamped ?? 0) > 0;
  }

  /** Whether it waits for an instant, or for an answer of ours. */
  get waits(): boolean {
    return this.until !== null || this.#arrived.size > 0 || this.holdsUnstamped;
  }

  tell(now: number): void {
    this.toldAt = now;
    this.#serial += 1;
    this.#say({ serial: this.#serial, now });
  }

  /** `described` of a process has kept time waiting so long. */
  tellStandstill(waitsFor: { readonly described: string; readonly pid: number; readonly forMs: number }): void {
    this.#say({ waitsFor });
  }

  /** What it says of itself; false: that is no report. */
  hear(text: string): boolean {
    const report = readReport(text);
    if (report === null) return false;
    this.#report = report;
    this.excused = false;
    for (const [number, { hangUp }] of this.#arrived) if (number < report.next && !report.open.includes(number)) hangUp();
    return true;
  }

  arrive(number: number, arrived: Arrived): Stay {
    this.#lastNumber = Math.max(this.#lastNumber, number);
    this.#arrived.set(number, arrived);
    return { told: () => this.tell(this.toldAt), leave: () => void this.#arrived.delete(number) };
  }

  /** Lets in the first of its requests that waits; false: none does. */
  letIn(): boolean {
    const waiting = [...this.#arrived].filter(([, { begin }]) => begin !== null).toSorted(([one], [other]) => one - other);
    const first = waiting[0]?.[1];
    if (first === undefined) return false;
    first.begin?.();
    first.begin = null;
    return true;
  }

  #say(what: object): void {
    this.#line.send(JSON.stringify(what));
  }
}

function readReport(text: string): Report | null {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isFields(said)) return null;
  const { heard, until, open, next, unstamped } = said;
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  if (!isNumber(heard) || !isNumber(next) || !isNumber(unstamped) || !Array.isArray(open) || !open.every(isNumber)) return null;
  return until === null || isNumber(until) ? { heard, until, open, next, unstamped } : null;
}
