import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { startRun } from '../../src/durable/durable.ts';
import { verifyJournal } from '../../src/durable/journal.ts';
import type { Activity } from '../../src/durable/pending-effects.ts';
import type { RunEnd } from '../../src/durable/run-options.ts';
import type { RunRecord } from '../../src/ports/store.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { createToyWorld, toyActivities } from '../crash/toy/toy-world.ts';
import { toyMachine } from '../crash/toy/toy.machine.ts';
import { cloudStorage } from './support/cloud-storage.ts';

/**
 * A run whose store fails for a while. When its process gives up, it is started again after 10 s, as a job is. Nothing may happen
 * that is not saved, nothing twice, and nothing may be lost.
 */
type Fault = Scenario['faults'][number];

const AGAIN_AFTER = 10 * SECOND;
const FROM = 12 * SECOND;

interface Lived {
  readonly outcome: string;
  readonly boots: number;
  readonly reasons: readonly string[];
  readonly effects: readonly string[];
  /** Since the start, in ms. */
  readonly begunAt: readonly number[];
  readonly unsaved: readonly string[];
  readonly journal: readonly { readonly ok: boolean; readonly events: readonly string[] }[];
  readonly unconsumed: readonly string[];
}

async function live(faults: readonly Fault[]): Promise<Lived> {
  const cloud = cloudStorage({ faults: [...faults] });
  const { clock, simulator } = cloud;
  const startAt = clock.now();
  const world = createToyWorld();
  const [begunAt, unsaved, reasons]: [number[], string[], string[]] = [[], [], []];
  let boots = 0;
  let end: RunEnd | null = null;

  const watched = (activities: Readonly<Record<string, Activity>>): Record<string, Activity> =>
    Object.fromEntries(
      Object.entries(activities).map(([name, activity]) => [
        name,
        async (input: never, call: Parameters<Activity>[1]) => {
          begunAt.push(clock.now() - startAt);
          const { record } = JSON.parse((await cloud.readByHand('record.json'))!) as { readonly record: RunRecord };
          if (!record.activities.some(({ key }) => key === call.key)) unsaved.push(call.key);
          return activity(input, call);
        },
      ]),
    );
  const boot = (): void => {
    boots += 1;
    const run = startRun({
      machine: toyMachine,
      version: '1',
      runId: 'toy-run',
      specHash: 'spec',
      input: { startedAt: startAt, minutesAllowed: 120 },
      store: cloud.openBare(),
      clock,
      owner: { token: `boot-${boots}`, host: 'here', pid: boots, described: `boot ${boots}` },
      activities: watched(toyActivities({ world, clock, failures: 2, pass: async () => undefined })),
    });
    run.done.then(
      (ended) => (end = ended),
      (thrown: unknown) => {
        reasons.push((thrown as { readonly code?: string }).code ?? String(thrown));
        void clock.sleepUntil(clock.now() + AGAIN_AFTER).then(boot);
      },
    );
  };
  boot();
  await clock.run(() => end !== null, { limitAt: startAt + 60 * MINUTE });
  const lines = await cloud.open().readJournal('toy-run');
  const { outcome } = end as unknown as RunEnd;
  const journal = [{ ok: verifyJournal(lines).ok, events: lines.map(({ event }) => event) }];
  return { outcome, boots, reasons, effects: world.effects, begunAt, unsaved, journal, unconsumed: simulator.faults.unconsumed() };
}

/** What was done to the world, each key once; numbers of steps depend on when they come. */
const changes = (effects: readonly string[]) => effects.map((effect) => effect.split(' ')[0]).filter((name) => name !== 'look');

function outage(forMs: number, answer: Fault['answer'], path = '**/storage/**'): Fault {
  return { id: 'outage', match: { path }, from: FROM, for: forMs, answer };
}

describe('a run on Cloud Storage', () => {
  it('ends as it should when nothing happens to its store', async () => {
    const calm = await live([]);
    expect(calm).toMatchObject({ outcome: 'recovered', boots: 1, unsaved: [], journal: [{ ok: true }] });
    expect(changes(calm.effects)).toHaveLength(5);
  });

  const kinds: readonly (readonly [string, Fault['answer']])[] = [
    ['answers 503', { status: 503 }],
    ['answers 429', { status: 429, reason: 'rateLimitExceeded', retryAfter: 5_000 }],
    ['resets every connection', { lostBefore: true }],
    ['says nothing', { hang: true }],
  ];

  it.each(kinds)('waits in place, with nothing begun, while its store %s for half a minute', async (_name, answer) => {
    const lived = await live([outage(30 * SECOND, answer)]);
    expect(lived).toMatchObject({ outcome: 'recovered', boots: 1, unsaved: [], unconsumed: [], journal: [{ ok: true }] });
    expect(lived.begunAt.filter((at) => at > FROM && at < FROM + 30 * SECOND)).toEqual([]);
    expect(changes(lived.effects)).toEqual(changes((await live([])).effects));
  });

  it.each(kinds)(
    'waits in place beyond the time of its lease, as long as nobody else takes it: its store %s for four minutes',
    async (_name, answer) => {
      const lived = await live([outage(4 * MINUTE, answer)]);
      expect(lived).toMatchObject({ outcome: 'recovered', boots: 1, unsaved: [], unconsumed: [], journal: [{ ok: true }] });
      expect(lived.begunAt.filter((at) => at > FROM && at < FROM + 4 * MINUTE)).toEqual([]);
      expect(changes(lived.effects)).toEqual(changes((await live([])).effects));
    },
  );

  it.each(kinds)('loses nothing and repeats nothing when its store %s for twenty minutes', async (_name, answer) => {
    const lived = await live([outage(20 * MINUTE, answer)]);
    expect(lived).toMatchObject({ outcome: 'recovered', unsaved: [], unconsumed: [], journal: [{ ok: true }] });
    // That is longer than it waits: it stopped, said so, and was started again.
    expect(lived.reasons.length).toBeGreaterThan(0);
    expect(lived.journal[0]!.events).toContain('run.resumed');
    expect(lived.begunAt.filter((at) => at > FROM && at < FROM + 20 * MINUTE)).toEqual([]);
    expect(changes(lived.effects)).toEqual(changes((await live([])).effects));
  });

  it('goes on without a break while every write takes effect and every answer to it is lost', async () => {
    const lived = await live([{ ...outage(2 * MINUTE, { lostAfterCommit: true }), match: { method: 'POST', path: '/upload/**' } }]);
    expect(lived).toMatchObject({ outcome: 'recovered', boots: 1, unsaved: [], unconsumed: [], journal: [{ ok: true }] });
    expect(changes(lived.effects)).toEqual(changes((await live([])).effects));
  });

  it('goes on while one request in three fails, whatever it is', async () => {
    const third = (id: string, answer: Fault['answer'], method?: string): Fault => ({
      id,
      match: { path: '**/storage/**', ...(method === undefined ? {} : { method }) },
      times: 6,
      from: FROM,
      answer,
    });
    const lived = await live([
      third('get', { status: 500 }, 'GET'),
      third('post', { lostAfterCommit: true }, 'POST'),
      third('late', { delay: 3_000 }),
    ]);
    expect(lived).toMatchObject({ outcome: 'recovered', unsaved: [], unconsumed: [], journal: [{ ok: true }] });
    expect(changes(lived.effects)).toEqual(changes((await live([])).effects));
  });

  it('goes on where its journal alone cannot be written: the record keeps the lines until it can', async () => {
    const lived = await live([outage(90 * SECOND, { status: 503 }, '/storage/**journal**')]);
    expect(lived).toMatchObject({ outcome: 'recovered', boots: 1, unsaved: [], journal: [{ ok: true }] });
  });
});
