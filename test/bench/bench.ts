import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { confusionMatrix, renderMatrix } from '../diagnosis/confusion-matrix.ts';
import { answersOf, renderReliability } from '../diagnosis/reliability.ts';
import { improvementCurve } from './improvement-curve.ts';
import { untilFirstRequest, wholeProcess } from './processes.ts';
import { stepOverheads } from './step-overhead.ts';

/**
 * `npm run bench [-- RUNS]`: the numbers of DESIGN section 12 that can be measured today, as medians over whole processes.
 * What could not be measured is said with the reason, and is no failure: this is a thermometer, not a gate.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = join(ROOT, 'src/main.ts');
const BUNDLE = join(ROOT, 'dist/main.mjs');
const DOCUMENT = join(ROOT, 'deploy/examples/issue-1278.yaml');
const RUNS = Number(process.argv[2] ?? 5);

interface Rehearsal {
  readonly outcome: string;
  readonly ticks: number;
  readonly requests: number;
  readonly virtualMs: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));
try {
  console.log(`node ${process.versions.node}, ${cpus().length} cores, medians of ${RUNS} runs (least–most)\n`);
  await measure('bundle', build);
  await measure('node -e 0, for comparison', () => wholeRuns(['-e', '0']));
  await measure('bundle --help (goal < 80 ms)', () => wholeRuns([BUNDLE, '--help']));
  await measure('bundle, start to first API call of plan (goal < 250 ms)', firstCall);
  await measure('rehearse no-improvement, memory store, bundle (goal < 1.5 s for 8 h)', () =>
    rehearsal(BUNDLE, ['no-improvement', '--state', 'memory:']),
  );
  await measure('rehearse no-improvement, memory store, from source', () => rehearsal(SOURCE, ['no-improvement', '--state', 'memory:']));
  await measure('rehearse, folder store, from source, as npm start does (goal < 5 s)', () =>
    rehearsal(SOURCE, ['--state', join(scratch, 'state')]),
  );
  await measure('durable step, folder store with fsync (goal < 5 ms p99)', steps);
  await measure('improvement: false restarts by noise, and how soon a change is found', () => Promise.resolve(improvementCurve(300)));
  await measure('first diagnosis of every scenario against its true cause', async () => renderMatrix(await confusionMatrix()));
  await measure('confidence stated against right answers, over made captures and scenarios', async () =>
    renderReliability(answersOf((await confusionMatrix()).rows)),
  );
} finally {
  rmSync(scratch, { recursive: true });
}

async function measure(what: string, how: () => Promise<string>): Promise<void> {
  try {
    console.log(`${what}\n    ${await how()}`);
  } catch (thrown) {
    console.log(`${what}\n    not measured: ${thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown)}`);
  }
}

function build(): Promise<string> {
  const said = execFileSync(process.execPath, [join(ROOT, 'deploy/build.ts')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return Promise.resolve(said.trim());
}

async function wholeRuns(argv: readonly string[]): Promise<string> {
  const walls = await times(async () => {
    const { code, wallMs, stderr } = await wholeProcess(argv, scratch);
    if (code !== 0) throw new Error(`ended with ${code}: ${stderr.trim()}`);
    return wallMs;
  });
  return spread(walls);
}

async function firstCall(): Promise<string> {
  if (!existsSync(BUNDLE)) throw new Error('there is no bundle');
  return spread(await times(() => untilFirstRequest((endpoint) => [BUNDLE, 'plan', '-f', DOCUMENT, '--endpoint', endpoint], scratch)));
}

async function rehearsal(program: string, words: readonly string[]): Promise<string> {
  let last: Rehearsal | undefined;
  const walls = await times(async () => {
    const { code, stdout, stderr, wallMs } = await wholeProcess([program, 'rehearse', ...words, '--json'], scratch);
    if (code !== 0) throw new Error(`ended with ${code}: ${stderr.trim() || stdout.slice(0, 200)}`);
    last = JSON.parse(stdout) as Rehearsal;
    return wallMs;
  });
  const { outcome, ticks, requests, virtualMs } = last!;
  const hours = (virtualMs / 3_600_000).toFixed(1);
  return `${spread(walls)} · ${outcome} after ${hours} virtual hours · ${ticks} ticks · ${requests} requests, ${(requests / ticks).toFixed(1)} a tick`;
}

async function steps(): Promise<string> {
  const taken = await stepOverheads(1_000);
  const ours = `${quantiles(taken.map(({ step }) => step))} over ${taken.length} steps of the incident chart`;
  const bare = `${quantiles(taken.map(({ bare }) => bare))} for the same bytes, bare: the disk's own share, step by step in between`;
  return `${ours}\n    ${bare}\n    ${quantiles(taken.map(({ step, bare }) => step - bare))} for what is left: ours`;
}

function quantiles(taken: readonly number[]): string {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): string => ms(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`;
}

/** One after the other: two at once would measure each other. */
async function times(once: () => Promise<number>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let run = 0; run < RUNS; run++) taken.push(await once());
  return taken;
}

function spread(taken: readonly number[]): string {
  const sorted = taken.toSorted((a, b) => a - b);
  return `${ms(sorted[Math.floor(sorted.length / 2)]!)} (${ms(sorted[0]!)}–${ms(sorted.at(-1)!)})`;
}

function ms(taken: number): string {
  return taken < 10 ? `${taken.toFixed(2)} ms` : `${Math.round(taken)} ms`;
}
