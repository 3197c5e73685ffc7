/** A process that carries the quick runbook to its end on a folder store and the wall clock; its parent kills it. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assign, fromPromise, setup } from 'xstate';
import { startRun } from '../../../src/durable/durable.ts';
import type { Activity } from '../../../src/durable/pending-effects.ts';
import { createWallClock } from '../../../src/clocks/wall-clock.ts';
import { createFolderStore } from '../../../src/store/folder.ts';
import { thisHost } from '../../durable/support/this-host.ts';

const STEPS = 60;

const machine = setup({
  types: { context: {} as { step: number }, output: {} as { outcome: string } },
  actors: {
    change: fromPromise<null, { step: number }>(() => Promise.reject(new Error('not here'))),
    look: fromPromise<null, object>(() => Promise.reject(new Error('not here'))),
  },
  delays: { PAUSE: 15, TICK: 10 },
  guards: { isOver: ({ context }) => context.step >= STEPS },
  actions: { count: assign({ step: ({ context }) => context.step + 1 }) },
}).createMachine({
  id: 'quick',
  context: { step: 0 },
  initial: 'running',
  output: { outcome: 'recovered' },
  states: {
    running: {
      type: 'parallel',
      states: {
        work: {
          initial: 'changing',
          states: {
            changing: {
              invoke: {
                src: 'change',
                input: ({ context }) => ({ step: context.step }),
                onDone: { target: 'pausing', actions: 'count' },
                onError: 'pausing',
              },
            },
            pausing: { always: { guard: 'isOver', target: '#quick.recovered' }, after: { PAUSE: 'changing' } },
          },
        },
        watch: {
          initial: 'looking',
          states: {
            looking: { invoke: { src: 'look', input: {}, onDone: 'resting', onError: 'resting' } },
            resting: { after: { TICK: 'looking' } },
          },
        },
      },
    },
    recovered: { type: 'final' },
  },
});

const dir = process.argv[2]!;
const ledger = join(dir, 'world.ndjson');
/** The world: a call is written down, and its effect happens when its key is new. Also what the disk knew of it at that moment. */
const act: (name: string) => Activity =
  (name) =>
  async (_input, { key }) => {
    const record = readFileSync(join(dir, 'quick', 'record.json'), 'utf8');
    appendFileSync(ledger, `${JSON.stringify({ name, key, isSaved: record.includes(`"${key}"`) })}\n`);
    process.stdout.write('call\n');
    return null;
  };

const run = startRun({
  machine,
  version: '1',
  runId: 'run',
  specHash: 'spec',
  input: null,
  store: createFolderStore(dir, 'quick', { host: thisHost() }),
  clock: createWallClock(),
  owner: { token: `${process.pid}`, host: 'here', pid: process.pid, described: `process ${process.pid}` },
  activities: { change: act('change'), look: act('look') },
});
const { outcome } = await run.done;
process.stdout.write(`${outcome}\n`);
