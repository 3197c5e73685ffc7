import { startRun } from '../../../src/durable/durable.ts';
import type { Activity } from '../../../src/durable/pending-effects.ts';
import type { RunEnd } from '../../../src/durable/run-options.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Command, JournalLine, Lease, RunStore } from '../../../src/ports/store.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { createToyWorld, toyActivities } from './toy-world.ts';
import type { ToyWorld } from './toy-world.ts';
import { toyMachine } from './toy.machine.ts';

export interface CrashScenario {
  /** Numbers of the boundaries at which whoever lives dies. */
  readonly crashAt: ReadonlySet<number>;
  readonly failures: number;
  readonly minutesAllowed: number;
  /** From death to rebirth, in virtual ms. */
  readonly downMs?: number;
  /** What people send, from another shell, and how long after the start. */
  readonly commands?: readonly { readonly afterMs: number; readonly event: Command['event'] }[];
}

export interface CrashReport {
  readonly ended: string;
  readonly outcome: string | null;
  readonly boundaries: number;
  readonly boots: number;
  readonly world: ToyWorld;
  readonly journal: readonly JournalLine[];
  /** `at event states data` of every line but claims. */
  readonly timeline: readonly string[];
  readonly endAt: number;
  /** Activities that ran before the record knew them. */
  readonly unsaved: readonly string[];
  /** What was not taken out of the inbox, and who still holds the lease. */
  readonly left: readonly Command[];
  readonly lease: Lease | null;
}

export const START = Date.UTC(2026, 0, 7);
const never = new Promise<never>(() => {});

/** One whole toy run on a virtual clock that dies at each given boundary and is started again. */
export async function runWithCrashes({
  crashAt,
  failures,
  minutesAllowed,
  downMs = 0,
  commands = [],
}: CrashScenario): Promise<CrashReport> {
  const clock = new VirtualClock(START);
  const dead = new Set<string>();
  const disk = createMemoryStore('toy', { isDead: (owner) => dead.has(owner.token) });
  const world = createToyWorld();
  const unsaved: string[] = [];
  let boundaries = 0;
  let boots = 0;
  let result: RunEnd | Error | null = null;

  const boot = () => {
    const token = `incarnation-${++boots}`;
    const isDead = () => dead.has(token);
    /** Never settles once this incarnation is dead. */
    const pass = async (_point: string): Promise<void> => {
      if (!isDead() && crashAt.has(++boundaries)) {
        dead.add(token);
        void clock.sleepUntil(clock.now() + downMs).then(boot);
      }
      if (isDead()) return never;
    };
    const mortalClock: Clock = {
      now: () => clock.now(),
      sleepUntil: (at, signal) =>
        clock.sleepUntil(at, signal).then(
          () => (isDead() ? never : undefined),
          (reason: unknown) => (isDead() ? never : Promise.reject(reason)),
        ),
      during: (work) => clock.during(work),
    };
    const activities = mapActivities(toyActivities({ world, clock: mortalClock, failures, pass }), async (key) => {
      const known = (await disk.load())?.activities.some((activity) => activity.key === key);
      if (known !== true) unsaved.push(key);
    });
    const run = startRun({
      machine: toyMachine,
      version: '1',
      runId: 'toy-run',
      specHash: 'spec',
      input: { startedAt: START, minutesAllowed },
      store: mortalStore(disk, pass),
      clock: mortalClock,
      owner: { token, host: 'here', pid: boots, described: token },
      activities,
      inboxEveryMs: commands.length > 0 ? 5_000 : Infinity,
    });
    const settle = (value: RunEnd | Error) => void (isDead() || (result = value));
    run.done.then(settle, settle);
  };
  for (const [index, { afterMs, event }] of commands.entries()) {
    const sent: Command = { id: `command-${index}`, at: START + afterMs, by: 'ana', event };
    void clock.sleepUntil(sent.at).then(() => disk.sendCommand(sent));
  }
  boot();
  const { ended } = await clock.run(() => result !== null, { limitAt: START + 24 * 3_600_000 });
  const end = result as RunEnd | Error | null;
  if (end instanceof Error) throw end;
  const journal = await disk.readJournal('toy-run');
  return {
    ended,
    outcome: end?.outcome ?? null,
    boundaries,
    boots,
    world,
    journal,
    timeline: journal.filter((line) => line.kind !== 'claim').map((line) => JSON.stringify([line.at, line.event, line.states, line.data])),
    endAt: clock.now(),
    unsaved,
    left: await disk.readCommands(),
    lease: await disk.readLease(),
  };
}

/** The same activities, with a look at the disk before each begins. */
function mapActivities(activities: Readonly<Record<string, Activity>>, look: (key: string) => Promise<void>): Record<string, Activity> {
  const looking =
    (activity: Activity): Activity =>
    async (input, call) => {
      await look(call.key);
      return activity(input, call);
    };
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, looking(activity)]));
}

/** The store as a dying process sees it: it may die before or after whatever it asks of it. */
function mortalStore(disk: RunStore, pass: (point: string) => Promise<void>): RunStore {
  const around = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    await pass(`before-${name}`);
    const answer = await call();
    await pass(`after-${name}`);
    return answer;
  };
  return {
    ...disk,
    load: () => around('load', () => disk.load()),
    save: (record) => around('save', () => disk.save(record)),
    appendJournal: (runId, lines) => around('append', () => disk.appendJournal(runId, lines)),
    acquireLease: (owner, now, ttlMs) => around('acquire', () => disk.acquireLease(owner, now, ttlMs)),
    removeCommand: (id) => around('remove', () => disk.removeCommand(id)),
  };
}
