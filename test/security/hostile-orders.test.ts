import { beforeAll, describe, expect, test } from 'vitest';
import type { CliDeps } from '../../src/cli/deps.ts';
import { printReport } from '../../src/cli/reports/print-report.ts';
import { runCli } from '../../src/cli/program.ts';
import { plainOutput } from '../../src/cli/process/output.ts';
import { createProgress } from '../../src/cli/progress/progress.ts';
import { steeringVerbs } from '../../src/cli/verbs.ts';
import { MINUTE } from '../../src/core/duration.ts';
import type { CrashHarness } from '../../src/proof/crash-harness.ts';
import { Console, TARGET } from '../cli/support/console.ts';
import { BACKEND, held, inState, perform } from '../people/theatre.ts';
import type { Cue, Hands, Performance, PlayOptions } from '../people/theatre.ts';
import { HOSTILE, LOUD, PAINT, bend, talkedInto } from './hostile.ts';

/** The program's own colours and weights, and the erasing of its progress line. */
const OWN = /\u001B\[\d{1,2}m|\r\u001B\[K/g;
/** Colours and an erasing that only somebody else can have written. */
const THEIRS = /\u001B\[(?:5;41m|32mHealthy|KErased)/;

interface Screen {
  readonly text: () => string;
  readonly deps: CliDeps;
}

/** A terminal with colours, at which somebody sits whose very name is hostile. */
function terminal(stage: CrashHarness): Screen {
  let shown = '';
  const output = { isTTY: true, columns: 200, write: (text: string) => void (shown += text) };
  const console = new Console();
  console.typed = ['y', 'y', 'y'];
  const env = { FORCE_COLOR: '1', TERM: 'xterm' };
  const { clock, store } = stage;
  const user = `mallory${HOSTILE}`;
  const deps = { ...console.deps(), stdout: output, stderr: output, env, user, clock, openStore: async () => store };
  return { text: () => shown, deps: { ...deps, listTargets: async () => [TARGET] } };
}

interface Played {
  readonly run: Performance;
  readonly screen: Screen;
  readonly codes: readonly (readonly [string, number])[];
}

type Line = readonly [when: Cue['when'], ...args: string[]];

/** Not verbs: what others do meanwhile. */
const DISTURB = 'somebody changes the backend';
const PLANT = 'somebody writes into the inbox';

/** A run that meets hostile text everywhere, steered from that terminal: each line when its time has come, after a look. */
async function steered({ lines, options }: Play): Promise<Played> {
  let stage: CrashHarness | null = null;
  let screen: Screen | null = null;
  const codes: (readonly [string, number])[] = [];
  const act = async (hands: Hands, args: readonly string[]): Promise<void> => {
    if (args[0] === DISTURB) return hands.changeTemplate(BACKEND);
    if (args[0] === PLANT) await plant(stage!);
    const verbs = [['status'], ['why'], ...(args[0] === PLANT ? [] : [args])];
    for (const argv of verbs) codes.push([argv[0]!, await runCli(argv, screen!.deps, steeringVerbs)]);
  };
  const run = await perform({
    ...options,
    change: (scenario) => (options.change ?? ((same) => same))(talkedInto(scenario, bend)),
    before: async (begun) => {
      stage = begun;
      screen = terminal(begun);
    },
    people: lines.map(([when, ...args]) => ({ when, afterMs: MINUTE, act: (hands) => act(hands, args) })),
  });
  return { run, screen: screen!, codes };
}

const asking: Pick<PlayOptions, 'spec'> = { spec: (spec) => ({ ...spec, policy: { ...spec.policy, approve: ['irreversible'] } }) };
const awaits: Cue['when'] = (status, now) => inState('awaitingApproval')(status, now) && !held(status, now);
const accepted =
  (type: string): Cue['when'] =>
  ({ accepts = [] }) =>
    accepts.includes(type);
const reason = ['--reason', `because${HOSTILE}`];

const denied: Pick<PlayOptions, 'change'> = {
  change: (scenario) => {
    const answer = { status: 403, statusText: 'PERMISSION_DENIED', message: bend('not today') };
    const fault = { id: 'denied', match: { method: 'PATCH', path: '/v1/**/connectors/*' }, times: 1, answer };
    return { ...scenario, faults: [fault, ...scenario.faults] };
  },
};

/** Orders that no verb of ours has left: whoever may write to the inbox may write anything there. */
const PLANTED: readonly (Readonly<Record<string, unknown>> & { readonly type: string })[] = [
  { type: bend('OBSERVED') },
  { type: 'HOLD', by: HOSTILE, [HOSTILE]: HOSTILE },
  { type: 'SKIP', step: bend('pin:x'), reason: HOSTILE },
  { type: 'APPROVE', by: HOSTILE, plan: HOSTILE },
];
const plant = async ({ store }: CrashHarness): Promise<void> => {
  for (const [nth, event] of PLANTED.entries()) await store.sendCommand({ id: `planted-${nth}`, at: 0, by: HOSTILE, event });
};
const DEPLOYER = `ann@example.com ${LOUD}`;

interface Play {
  readonly lines: readonly Line[];
  readonly options: Omit<PlayOptions, 'people'>;
  readonly taken: readonly string[];
}

const PLAYS: readonly (readonly [string, Play])[] = [
  [
    'held, let go, approved, made shorter, disturbed by somebody else, and put back',
    {
      lines: [
        [awaits, 'hold', ...reason],
        [held, 'resume'],
        [awaits, 'approve'],
        [inState('scalingConnector.applying'), 'skip', `deploy:${BACKEND}`, ...reason],
        [inState('services.stabilizing'), DISTURB],
        [held, 'adopt', '--from', DEPLOYER],
        [accepted('ROLLBACK'), 'rollback', '--yes', ...reason],
      ],
      options: asking,
      taken: ['HOLD', 'RESUME', 'APPROVE', 'SKIP', 'ADOPT', 'ROLLBACK'],
    },
  ],
  [
    'tried again and given up',
    {
      lines: [
        [accepted('RETRY'), 'retry'],
        [accepted('ABORT'), 'abort', ...reason],
      ],
      options: denied,
      taken: ['RETRY', 'ABORT'],
    },
  ],
  [
    'said no to',
    {
      lines: [
        [awaits, PLANT],
        [awaits, 'approve', '--reject', ...reason],
      ],
      options: asking,
      taken: ['REJECT'],
    },
  ],
];

describe.each(PLAYS)('a run that is %s', (_name, play) => {
  let played: Played;
  beforeAll(async () => (played = await steered(play)), 300_000);

  test('takes every order', () => {
    expect(played.codes.filter(([, code]) => code !== 0)).toEqual([]);
    const taken = played.run.lines.filter(({ kind, event }) => kind === 'command' && !event.includes('not accepted'));
    expect(taken.map(({ event }) => event)).toEqual(play.taken);
    const planted = play.lines.some(([, verb]) => verb === PLANT) ? PLANTED.length : 0;
    expect(played.run.lines.filter(({ event }) => event.endsWith(' not accepted'))).toHaveLength(planted);
  });

  test('shows nothing but its own colours on a terminal: verbs, progress and report', async () => {
    const { run, screen } = played;
    const progress = createProgress(plainOutput(screen.deps.stdout, screen.deps.env), { env: screen.deps.env, startedAt: 0, where: {} });
    for (const line of run.lines) progress.feed({ kind: 'journal', line });
    for (const { at, status } of run.shown) progress.feed({ kind: 'status', status, now: at });
    progress.say(0, bend('a warning'));
    progress.end();
    await printReport({ ...screen.deps, finish: () => {} }, run.stage.store, 'run', false);
    const text = screen.text();
    expect(text).toMatch(OWN);
    expect(paintIn(text.replaceAll(OWN, ''), PAINT)).toBeNull();
    expect(paintIn(text, THEIRS)).toBeNull();
  });

  test('keeps and tells nothing that paints or calls', () => {
    const { run } = played;
    const kept = [JSON.stringify(run.lines), JSON.stringify(run.shown), JSON.stringify(run.told)].join('\n');
    expect(paintIn(kept, /\\u00(?:1b|0[0-8bce-f]|1[0-9a-f]|7f)/)).toBeNull();
    expect(paintIn(kept, PAINT)).toBeNull();
    expect(JSON.stringify(run.stage.simulator.chat)).not.toMatch(/<!|<https?:|(?<![\w.])@(?=[A-Za-z])/);
    expect(kept).toContain('deppilf');
  });
});

function paintIn(text: string, what: RegExp): string | null {
  const found = what.exec(text);
  return found === null ? null : JSON.stringify(text.slice(Math.max(0, found.index - 90), found.index + 40));
}
