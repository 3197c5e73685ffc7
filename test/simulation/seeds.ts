import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { simulate } from './simulate.ts';
import type { Simulated } from './simulate.ts';

/**
 * `npm run simulate:seeds -- --seeds N --from K [--jobs J] [--verbose]`: whole incidents of N seeds (10,000), in J processes. Prints each
 * seed that broke a rule, with the one command that repeats it, how far it is and how long it took, and what was met in all. Exit code
 * 1 when one did, or has not ended after ten minutes.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    step: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
    lines: { type: 'boolean', default: false },
  },
});
const [count, from, jobs, step] = [values.seeds, values.from, values.jobs, values.step].map(Number) as [number, number, number, number];

const TELL_EVERY = 250;
/** Real time; the dearest seed takes a few seconds on a quiet machine. */
const LONGEST_MS = 600_000;
const began = performance.now();

if (values.lines) await printLines();
else if (count === 1) summarize([await one(from)]);
else summarize(await inProcesses());

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function printLines(): Promise<void> {
  for (let seed = from; seed < from + count; seed += step) process.stdout.write(`${JSON.stringify(await one(seed))}\n`);
}

async function one(seed: number): Promise<Simulated> {
  const simulated = await simulate(seed);
  if (values.verbose) say([`seed ${seed}: ${simulated.described}`, ...simulated.story].join('\n'));
  return values.verbose ? simulated : { ...simulated, story: [] };
}

async function inProcesses(): Promise<readonly Simulated[]> {
  const all: Simulated[] = [];
  const own = fileURLToPath(import.meta.url);
  const part = (job: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const args = ['--from', String(from + job), '--seeds', String(count - job), '--step', String(jobs), '--lines'];
      const child = spawn(process.execPath, [...process.execArgv, own, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      let rest = '';
      let open = from + job;
      const giveUp = (): void => {
        child.kill('SIGKILL');
        reject(new Error(`seed ${open} has not ended after ${LONGEST_MS / 1_000} s`));
      };
      let patience = setTimeout(giveUp, LONGEST_MS);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const simulated = JSON.parse(line) as Simulated;
          all.push(simulated);
          open = simulated.seed + jobs;
          clearTimeout(patience);
          patience = setTimeout(giveUp, LONGEST_MS);
          if (simulated.violations.length > 0) say(failure(simulated));
          if (all.length % TELL_EVERY === 0) process.stderr.write(`${all.length} of ${count} seeds, ${seconds()} s\n`);
        }
      });
      child.on('close', (code) => {
        clearTimeout(patience);
        if (code === 0) resolve();
        else reject(new Error(`the process of seed ${open} ended with ${code ?? 'a signal'}`));
      });
    });
  await Promise.all(Array.from({ length: jobs }, (_, job) => part(job)));
  return all;
}

function seconds(): number {
  return Math.round((performance.now() - began) / 1_000);
}

function failure({ seed, described, violations }: Simulated): string {
  const again = `npm run simulate:seeds -- --from ${seed} --seeds 1 --verbose`;
  return [`seed ${seed} broke a rule (${described})`, ...violations.slice(0, 5).map((line) => `  ${line}`), `  again: ${again}`].join('\n');
}

function summarize(all: readonly Simulated[]): void {
  const bad = all.filter(({ violations }) => violations.length > 0);
  if (all.length === 1) for (const simulated of bad) say(failure(simulated));
  const sum = (pick: (one: Simulated) => number): number => all.reduce((total, simulated) => total + pick(simulated), 0);
  const by = (key: (one: Simulated) => readonly string[]): string => {
    const counts = new Map<string, number>();
    for (const simulated of all) for (const word of key(simulated)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([word, times]) => `${word} ${times}`)
      .join(', ');
  };
  say(`outcomes: ${by(({ outcome }) => [outcome ?? 'none'])}`);
  say(`faults met, seeds by kind: ${by(({ faults }) => Object.keys(faults))}`);
  say(
    `${sum(({ kills }) => kills)} kills, ${sum(({ boots }) => boots)} starts, ${sum(({ writes }) => writes)} committed writes, ` +
      `${sum(({ lateWrites }) => lateWrites)} sends of a controller that stood still past its lease, ${sum(({ requests }) => requests)} requests, ` +
      `${Math.round(sum(({ virtualMs }) => virtualMs) / 3_600_000)} virtual hours`,
  );
  if (bad.length > 0) say(`the first seed that broke a rule: ${Math.min(...bad.map(({ seed }) => seed))}`);
  say(`${seconds()} s`);
  say(`${all.length - bad.length} of ${all.length} seeds (${from} to ${from + count - 1}) kept every rule`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}
