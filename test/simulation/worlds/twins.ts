import { MINUTE } from '../../../src/core/duration.ts';
import { InvariantError } from '../../../src/core/errors.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import type { CommittedWrite } from '../../../src/simulator/surface/request-log.ts';
import type { World } from '../../../src/simulator/world/contract.ts';

/** A write by our hand is judged by the answers of so long a time. */
export const HORIZON = 10 * MINUTE;
/** Chances under which both courses are run; the mean of their differences is judged. */
const TURNS = 4;

/** What an API has done to the world. */
interface Change {
  readonly at: number;
  /** `services/NAME` or `connectors/NAME`. */
  readonly resource: string;
  readonly apply: (world: World) => void;
}

/** A write of ours, and the world right before it. */
interface Fork {
  readonly write: number;
  readonly world: World;
  readonly changesBefore: number;
}

/** How the users of one service fared after a write, and would have fared without it and all that we wrote after it. */
export interface Judged {
  readonly write: CommittedWrite;
  readonly service: string;
  readonly withIt: number;
  readonly withoutIt: number;
}

/** Notes what is done to a world, so that it can be done again, or left undone, in a fork of it. */
export class Twins {
  /** The one to be given to the simulator. */
  readonly world: World;
  readonly #changes: Change[] = [];
  readonly #forks: Fork[] = [];
  /** Once a minute. */
  readonly #looks: { readonly at: number; readonly answered: Answers }[] = [];

  constructor(world: World) {
    const note = (at: number, resource: string, apply: (world: World) => void): void => {
      this.#changes.push({ at, resource, apply });
      apply(world);
    };
    let now = 0;
    this.world = {
      ...world,
      advanceTo: (at) => {
        now = Math.max(now, at);
        world.advanceTo(at);
        if (at >= (this.#looks.at(-1)?.at ?? 0) + MINUTE) this.#looks.push({ at, answered: world.answered() });
      },
      connectors: {
        ...world.connectors,
        apply: (name, wanted) => note(now, `connectors/${name}`, ({ connectors }) => connectors.apply(name, wanted)),
      },
      services: {
        ...world.services,
        addRevision: (facts, at) => note(at, `services/${facts.service}`, ({ services }) => services.addRevision(facts, at)),
        setTraffic: (service, vector, at) => note(at, `services/${service}`, ({ services }) => services.setTraffic(service, vector, at)),
      },
    };
  }

  /** A request of ours that may be a write is about to be served: the world as it is without it. */
  before(simulator: Simulator): Fork {
    simulator.settle();
    return { write: simulator.writes().length, world: this.world.fork(), changesBefore: this.#changes.length };
  }

  /** It has been served: kept when it was committed. */
  after(fork: Fork, simulator: Simulator): void {
    if (isOurs(simulator.writes()[fork.write]) && this.#forks.at(-1)?.write !== fork.write) this.#forks.push(fork);
  }

  /** The share of good answers of each service in the last `ms` until now. */
  lately(ms: number): Shares {
    const last = this.#looks.at(-1);
    const first = this.#looks.findLast(({ at }) => at <= (last?.at ?? 0) - ms);
    return sharesOf(first?.answered ?? {}, this.world.answered());
  }

  /** Each write of ours to services and connectors, by service, once all of them are made. */
  judge(simulator: Simulator): readonly Judged[] {
    const writes = simulator.writes();
    return this.#forks.flatMap((fork) => {
      const write = writes[fork.write]!;
      if (resourceOf(write) === null) return [];
      const results = Array.from({ length: TURNS }, (_, turn) => this.#run(fork, writes, write.at, turn));
      return Object.keys(results[0]!.withIt).map((service) => ({
        write,
        service,
        withIt: mean(results.map(({ withIt }) => withIt[service]!)),
        withoutIt: mean(results.map(({ withoutIt }) => withoutIt[service]!)),
      }));
    });
  }

  #run(fork: Fork, writes: readonly CommittedWrite[], at: number, turn: number): Record<'withIt' | 'withoutIt', Shares> {
    const changes = this.#changes.slice(fork.changesBefore).filter((change) => change.at <= at + HORIZON);
    const others = changes.filter((change) => {
      const author = authorOf(change, writes);
      return author < fork.write || !isOurs(writes[author]);
    });
    return { withIt: course(fork.world.fork(turn), changes, at), withoutIt: course(fork.world.fork(turn), others, at) };
  }
}

type Answers = ReturnType<World['answered']>;
type Shares = Readonly<Record<string, number>>;

function course(world: World, changes: readonly Change[], from: number): Shares {
  const before = world.answered();
  for (const { at, apply } of changes) {
    world.advanceTo(at);
    try {
      apply(world);
    } catch (thrown) {
      // Traffic to a revision that exists only because of what is left out here.
      if (!(thrown instanceof InvariantError)) throw thrown;
    }
  }
  world.advanceTo(from + HORIZON);
  return sharesOf(before, world.answered());
}

function sharesOf(before: Answers, after: Answers): Shares {
  return Object.fromEntries(
    Object.entries(after).map(([service, { asked, well }]) => {
      const { asked: askedBefore = 0, well: wellBefore = 0 } = before[service] ?? {};
      return [service, asked === askedBefore ? 1 : (well - wellBefore) / (asked - askedBefore)];
    }),
  );
}

/** Index of the write that a change came from: the newest to its resource by then; -1 before all. */
function authorOf({ at, resource }: Change, writes: readonly CommittedWrite[]): number {
  return writes.findLastIndex((write) => write.at <= at && resourceOf(write) === resource);
}

export function resourceOf({ path }: CommittedWrite): string | null {
  return /\/((?:services|connectors)\/[^/?:]+)(?:\?|$)/.exec(path)?.[1] ?? null;
}

export function isOurs(write: CommittedWrite | undefined): boolean {
  return write?.actor.startsWith('firebreak@') === true;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
