import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { sayPins, wrongPins } from './harm.ts';
import { liveThrough } from './run-world.ts';
import type { Lived } from './run-world.ts';

/**
 * `npm run simulate:worlds -- --seeds N --from K [--jobs J] [--only healthy|ill] [--rule TEXT] [--verbose]`: N random worlds (2,000), healthy and ill, with the
 * controller at work in each. Prints each one in which a write made it worse, a healthy system was touched or something untrue
 * was told, with the one command that repeats it. Exit code 1 when there was one.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    part: { type: 'string', default: '0' },
    only: { type: 'string', default: 'all' },
    rule: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
    lines: { type: 'boolean', default: false },
  },
});
const [count, from, jobs, own] = [values.seeds, values.from, values.jobs, values.part].map(Number) as [number, number, number, number];

if (values.lines) await printLines();
else if (count === 1) summarize([await one(from)]);
else summarize(await inProcesses());

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Odd worlds are healthy. */
function isAsked(seed: number): boolean {
  return values.only === 'all' || (values.only === 'healthy') === (seed % 2 === 1);
}

async function printLines(): Promise<void> {
  // In pairs, so that each part has healthy and ill ones.
  for (let index = 0; index < count; index += 1)
    if (Math.floor(index / 2) % jobs === own && isAsked(from + index)) say(JSON.stringify(await one(from + index)));
}

async function one(seed: number): Promise<Lived> {
  const all = await liveThrough(seed);
  const lived = { ...all, violations: all.violations.filter((violation) => violation.includes(values.rule)) };
  if (values.verbose) say([`world ${seed}: ${lived.described}`, ...lived.story].join('\n'));
  return values.verbose ? lived : { ...lived, story: [] };
}

async function inProcesses(): Promise<readonly Lived[]> {
  const all: Lived[] = [];
  const script = fileURLToPath(import.meta.url);
  const part = (job: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const args = [
        '--from',
        String(from),
        '--seeds',
        String(count),
        '--jobs',
        String(jobs),
        '--part',
        String(job),
        '--only',
        values.only,
        '--rule',
        values.rule,
        '--lines',
      ];
      const child = spawn(process.execPath, [...process.execArgv, script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      let rest = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const lived = JSON.parse(line) as Lived;
          all.push(lived);
          if (lived.violations.length > 0) say(failure(lived));
        }
      });
      child.on('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`part ${job} of the worlds ended with ${code ?? 'a signal'}`)),
      );
    });
  await Promise.all(Array.from({ length: jobs }, (_, job) => part(job)));
  return all;
}

function failure({ seed, described, violations }: Lived): string {
  const again = `npm run simulate:worlds -- --from ${seed} --seeds 1 --verbose`;
  return [`world ${seed} (${described})`, ...violations.slice(0, 5).map((line) => `  ${line}`), `  again: ${again}`].join('\n');
}

function summarize(all: readonly Lived[]): void {
  const bad = all.filter(({ violations }) => violations.length > 0);
  if (all.length === 1) for (const lived of bad) say(failure(lived));
  for (const isIll of [false, true]) {
    const half = all.filter((lived) => lived.isIll === isIll);
    const outcomes = new Map<string, number>();
    for (const { outcome } of half) outcomes.set(outcome ?? 'none', (outcomes.get(outcome ?? 'none') ?? 0) + 1);
    const writes = half.reduce((sum, lived) => sum + lived.writes, 0);
    const words = [...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ');
    say(`${half.length} ${isIll ? 'ill' : 'healthy'} worlds: ${words || 'none'}; ${writes} writes of ours`);
  }
  const pins = all.flatMap((lived) => lived.pins);
  if (pins.length > 0) say(sayPins(pins));
  const wrong = wrongPins(pins);
  if (all.length > 1 && wrong !== null) say(wrong);
  say(`${all.length - bad.length} of ${all.length} worlds (${from} to ${from + count - 1}) kept every rule`);
  process.exitCode = bad.length === 0 && (all.length === 1 || wrong === null) ? 0 : 1;
}
