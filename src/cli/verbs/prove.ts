import { defined } from '../../core/defined.ts';
import { InvalidArgumentError, Option } from 'commander';
import { availableParallelism } from 'node:os';
import { sayDuration } from '../../core/duration.ts';
import type { CaseChoice, CaseOptions } from '../../composition/rehearsal-case.ts';
import type { Play, Point } from '../../proof/run-with-kills.ts';
import type { ProofRow, Undisturbed } from '../../proof/prove.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { EXIT, exitOfSignal } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { breakOption, refuseBoth, withCommon, worldOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';

/** What the verb needs of the proof. */
export type ProofComposition = () => Promise<
  Pick<typeof import('../../proof/prove.ts'), 'proveByKilling' | 'selected' | 'undisturbed'> &
    Pick<typeof import('../../proof/worker-pool.ts'), 'linesOfWorkers'> &
    Pick<typeof import('../../proof/shorten-scenario.ts'), 'followsCaseForHours' | 'shortened'> &
    Pick<typeof import('../../composition/rehearsal-case.ts'), 'rehearsalCase'>
>;

interface ProveOptions extends CommonOptions {
  readonly file?: string;
  readonly world?: string;
  readonly break?: string;
  readonly every: number;
  readonly jobs: number;
  readonly full?: boolean;
  readonly part?: Part;
}

interface Part {
  readonly part: number;
  readonly parts: number;
}

/** `inconclusive`: the undisturbed run was refused, or wrote nothing, so that no kill could have lost or doubled a write. */
type ProofVerdict = 'proven' | 'not proven' | 'inconclusive';

/** Everything a scenario's proof came to. */
interface Proof {
  readonly scenario: string;
  readonly outcome: string;
  /** Why the undisturbed run ended so; null where nothing failed. */
  readonly failure: string | null;
  readonly verdict: ProofVerdict;
  readonly shortened: boolean;
  readonly points: number;
  readonly killedAt: number;
  readonly same: number;
  readonly writes: number;
  readonly cases: number;
  readonly wallMs: number;
  readonly rows: readonly ProofRow[];
}

/** A process that has carried out more incidents is large, and makes room for a fresh one. */
const KILLS_PER_PROCESS = 50;

/** The recovery, a restore, and an escalation with its case. */
const SCENARIOS = ['issue-1278', 'bad-deploy', 'regional-shortage'];

/** `prove`: kills the controller at every boundary of the runbook in the simulator, and compares what is left behind. */
export function prove(composition: ProofComposition): Verb {
  return (program, deps) => {
    withCommon(program.command('prove').argument('[scenario...]', `scenarios to prove (default: ${SCENARIOS.join(', ')})`))
      .description('kill the controller at every boundary of the runbook in the simulator, restart it, and compare the end')
      .option('-f, --file <file>', 'your own Remediation document; without a scenario or --world its world is drawn from it')
      .addOption(worldOption())
      .addOption(breakOption())
      .option('--every <n>', 'of the saves only every n-th; requests that change the world always', count, 1)
      .option('--jobs <n>', 'processes that share the work', count, availableParallelism())
      .option('--full', 'follow a support case for as long as the document says, not for 25 min')
      .addOption(new Option('--part <part>', 'one part of the work, as K/N').argParser(part).hideHelp())
      .addHelpText('after', EXAMPLES)
      .action((scenarios: readonly string[], options: ProveOptions) => act(choicesOf(scenarios, options), options, deps, composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak prove
  firebreak prove issue-1278 --every 20
  firebreak prove bad-deploy -f remediation.yaml --json
  firebreak prove --world world.yaml -f remediation.yaml
  firebreak prove -f remediation.yaml --break revision:my-service

A point lies before and after each save, and before and after each request that may change the world. At each one the
controller is killed in a run of its own and started again; outcome, committed writes and the world that is left must be
those of the undisturbed run. A run that is refused, or writes nothing, puts none of this to the test: it is inconclusive.
Exit codes: 0 all the same · 1 some point is not, or nothing was put to the test · 2 no such scenario,
or a mistake in a file.`;

function choicesOf(names: readonly string[], { world, file }: ProveOptions): readonly CaseChoice[] {
  refuseBoth(names, world);
  if (world !== undefined) return [{ world }];
  if (file !== undefined && names.length === 0) return [{ drawnFrom: file }];
  return (names.length === 0 ? SCENARIOS : names).map((scenario) => ({ scenario }));
}

async function act(choices: readonly CaseChoice[], options: ProveOptions, deps: VerbDeps, composition: ProofComposition): Promise<void> {
  const parts = await composition();
  if (options.part !== undefined) return provePart(defined(choices[0]), options, { part: options.part, deps, parts });
  // What is wrong with a name or a file is said here, once, and not by one of the processes.
  const cases = await Promise.all(
    choices.map(async (choice) => ({ choice, ...(await parts.rehearsalCase(choice, caseOptions(options), deps)) })),
  );
  const words = { stopping: 'stopping the proof', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, async (signal) => {
    const proofs: Proof[] = [];
    for (const { choice, scenario } of cases) {
      const cut = options.full !== true && options.file === undefined && parts.followsCaseForHours(scenario);
      if (options.json !== true) deps.stdout.write(headOf(scenario.name, cut));
      proofs.push(await proveOne({ choice, name: scenario.name, cut }, options, { deps, parts, signal }));
      if (options.json !== true) deps.stdout.write(`${summaryOf(defined(proofs.at(-1)))}\n\n`);
      signal.throwIfAborted();
    }
    return proofs;
  });
  if (value === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  const verdict = overall(value);
  const proven = verdict === 'proven';
  if (options.json === true) deps.stdout.write(`${JSON.stringify({ proven, verdict, every: options.every, scenarios: value }, null, 2)}\n`);
  else deps.stdout.write(`${conclusion(value, verdict)}\n`);
  deps.finish(proven ? EXIT.ok : EXIT.failed);
}

function caseOptions({ file, break: breaks }: ProveOptions): CaseOptions {
  return { file: file ?? null, breaks: breaks ?? null };
}

type Parts = Awaited<ReturnType<ProofComposition>>;

/** The work of one process: its rows as lines of JSON. */
async function provePart(
  choice: CaseChoice,
  options: ProveOptions,
  { part, deps, parts }: { readonly part: Part; readonly deps: VerbDeps; readonly parts: Parts },
): Promise<void> {
  const play = await playOf(choice, options, { deps, parts });
  for await (const found of parts.proveByKilling(play, { every: options.every, ...part })) deps.stdout.write(`${JSON.stringify(found)}\n`);
}

async function playOf(
  choice: CaseChoice,
  options: ProveOptions,
  { deps, parts }: { readonly deps: VerbDeps; readonly parts: Parts },
): Promise<Play> {
  const adapted = options.full === true ? {} : { adapt: parts.shortened };
  const { scenario, document } = await parts.rehearsalCase(choice, { ...caseOptions(options), ...adapted }, deps);
  return { scenario, spec: document.spec, specHash: document.hash };
}

async function proveOne(
  { choice, name, cut }: { readonly choice: CaseChoice; readonly name: string; readonly cut: boolean },
  options: ProveOptions,
  { deps, parts, signal }: { readonly deps: VerbDeps; readonly parts: Parts; readonly signal: AbortSignal },
): Promise<Proof> {
  const began = deps.clock.now();
  const base = await parts.undisturbed(await playOf(choice, options, { deps, parts }));
  signal.throwIfAborted();
  const points = parts.selected(base.points, { every: options.every, part: 0, parts: 1 });
  const pool = {
    execPath: process.execPath,
    program: process.argv.slice(1, 2),
    jobs: options.jobs,
    parts: partsOf(points.length, options.jobs),
  };
  const argsOf = (job: number): readonly string[] => [
    'prove',
    ...('world' in choice ? ['--world', choice.world] : []),
    ...('scenario' in choice ? [choice.scenario] : []),
    ...(options.break === undefined ? [] : ['--break', options.break]),
    ...(options.file === undefined ? [] : ['-f', options.file]),
    ...(options.full === true ? ['--full'] : []),
    '--every',
    String(options.every),
    '--part',
    `${job}/${pool.parts}`,
  ];
  const table = new Table(points, (row) => void (options.json === true || deps.stdout.write(`${rowText(row)}\n`)));
  for await (const line of parts.linesOfWorkers(pool, argsOf, signal)) table.add(JSON.parse(line) as ProofRow);
  const { rows } = table;
  const same = rows.filter(isSame).length;
  return {
    scenario: name,
    outcome: base.outcome,
    failure: base.failure,
    verdict: verdictOf(base, rows.length, same),
    shortened: cut,
    points: base.points.length,
    killedAt: rows.length,
    same,
    writes: base.writes,
    cases: base.cases,
    wallMs: deps.clock.now() - began,
    rows,
  };
}

/** As many processes as are asked for, at most one for each point; more of them, one after the other, where there are many points. */
function partsOf(points: number, jobs: number): number {
  return Math.min(points, jobs * Math.ceil(points / (jobs * KILLS_PER_PROCESS)));
}

/** Rows come from several processes; they are shown in the order of their points. */
class Table {
  readonly #show: (row: ProofRow) => void;
  readonly #waiting = new Map<number, ProofRow>();
  readonly #order: readonly number[];
  readonly rows: ProofRow[] = [];

  constructor(points: readonly Point[], show: (row: ProofRow) => void) {
    this.#order = points.map(({ number }) => number);
    this.#show = show;
  }

  add(row: ProofRow): void {
    this.#waiting.set(row.point, row);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#waiting.delete(next.point);
      this.rows.push(next);
      this.#show(next);
    }
  }

  #next(): ProofRow | undefined {
    return this.#waiting.get(this.#order[this.rows.length] ?? -1);
  }
}

function verdictOf(base: Undisturbed, killedAt: number, same: number): ProofVerdict {
  if (same < killedAt) return 'not proven';
  return killedAt === 0 || base.writes === 0 || base.outcome === 'refused' ? 'inconclusive' : 'proven';
}

/** The worst of them: what is not proven beats what says nothing. */
function overall(proofs: readonly Proof[]): ProofVerdict {
  const found = (wanted: ProofVerdict): boolean => proofs.some(({ verdict }) => verdict === wanted);
  return found('not proven') ? 'not proven' : proofs.length === 0 || found('inconclusive') ? 'inconclusive' : 'proven';
}

function isSame({ outcomeSame, writesSame, worldSame }: ProofRow): boolean {
  return outcomeSame && writesSame && worldSame;
}

const WIDTH = 46;

function headOf(name: string, cut: boolean): string {
  const note = cut ? ' (the follow-up of the case cut to 25 min; --full keeps it)' : '';
  return `${name}${note}\n${'point'.padStart(6)}  ${'killed'.padEnd(WIDTH)}  boots  outcome  writes  world\n`;
}

function rowText(row: ProofRow): string {
  const say = (same: boolean): string => (same ? 'same' : 'OTHER');
  const place = row.what.length <= WIDTH ? row.what : `…${row.what.slice(row.what.length - WIDTH + 1)}`;
  const line = `${String(row.point).padStart(6)}  ${place.padEnd(WIDTH)}  ${String(row.boots).padStart(5)}  ${say(row.outcomeSame).padEnd(7)}  ${say(row.writesSame).padEnd(6)}  ${say(row.worldSame)}`;
  return row.difference === '' ? line : `${line}\n        ${row.difference}`;
}

function summaryOf({ scenario, outcome, failure, verdict: its, points, killedAt, same, writes, cases, wallMs }: Proof): string {
  const kills = same === killedAt ? 'all as the undisturbed run' : `${killedAt - same} NOT as the undisturbed run`;
  const verdict = its === 'inconclusive' ? `${kills}, which PROVES NOTHING: ${failure ?? 'the run wrote nothing'}` : kills;
  return `${scenario}: ${outcome}, ${writes} committed writes, ${cases} cases; killed at ${killedAt} of ${points} points: ${verdict} (${sayDuration(wallMs)})`;
}

const CONCLUSIONS: Readonly<Record<ProofVerdict, string>> = {
  proven: 'proven: nothing written twice, nothing lost',
  'not proven': 'NOT proven',
  inconclusive: 'INCONCLUSIVE: a run that is refused or writes nothing puts no write to the test',
};

function conclusion(proofs: readonly Proof[], verdict: ProofVerdict): string {
  const total = (pick: (proof: Proof) => number): number => proofs.reduce((sum, proof) => sum + pick(proof), 0);
  const wall = sayDuration(total(({ wallMs }) => wallMs));
  return `${CONCLUSIONS[verdict]}; ${total(({ same }) => same)} of ${total(({ killedAt }) => killedAt)} kills ended as the undisturbed run, in ${wall}`;
}

function count(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

function part(text: string): Part {
  const [, first, second] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  if (first === undefined || second === undefined || Number(first) >= Number(second)) throw new InvalidArgumentError('It must be K/N.');
  return { part: Number(first), parts: Number(second) };
}
