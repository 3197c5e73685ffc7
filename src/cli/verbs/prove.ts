import { defined } from '../../core/defined.ts';
import { InvalidArgumentError, Option } from 'commander';
import { availableParallelism } from 'node:os';
import { sayDuration } from '../../core/duration.ts';
import { ofConnector } from '../../core/of-connector.ts';
import type { CaseChoice, CaseOptions } from '../../composition/rehearsal-case.ts';
import type { Play } from '../../proof/run-with-kills.ts';
import type { ProofRow, Undisturbed } from '../../proof/prove.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { EXIT, exitOfSignal } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { breakOption, refuseBoth, withCommon, worldOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { headOf, isSame, ProofTable, rowText } from '../rehearsals/proof-table.ts';

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
A world that is drawn from a document is well; without --break a bad revision, or a full connector, is laid over it.
Exit codes: 0 all the same · 1 some point is not, or nothing was put to the test · 2 no such scenario,
or a mistake in a file.`;

function choicesOf(names: readonly string[], { world, file }: ProveOptions): readonly CaseChoice[] {
  refuseBoth(names, world);
  if (world !== undefined) return [{ world }];
  if (file !== undefined && names.length === 0) return [{ drawnFrom: file }];
  return (names.length === 0 ? SCENARIOS : names).map((scenario) => ({ scenario }));
}

async function act(choices: readonly CaseChoice[], given: ProveOptions, deps: VerbDeps, composition: ProofComposition): Promise<void> {
  const parts = await composition();
  const options = given.part === undefined ? await broken(choices, given, { deps, parts }) : given;
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

/** A world that is drawn from a document is well, and a run there has nothing to write: without a fault the proof would prove nothing. */
async function broken(
  [choice]: readonly CaseChoice[],
  options: ProveOptions,
  { deps, parts }: { readonly deps: VerbDeps; readonly parts: Parts },
): Promise<ProveOptions> {
  if (choice === undefined || !('drawnFrom' in choice) || options.break !== undefined) return options;
  const { document } = await parts.rehearsalCase(choice, caseOptions(options), deps);
  const { services, connectors } = document.spec;
  const pinned = services.find(({ pin }) => pin !== null);
  const fault = pinned === undefined ? connectors[0] && ofConnector(connectors[0].name) : `revision:${pinned.name}`;
  if (fault === undefined) return options;
  if (options.json !== true)
    deps.stdout.write(
      `The world drawn from ${choice.drawnFrom} is well, so that ${fault} is laid over it; --break names another fault.\n\n`,
    );
  return { ...options, break: fault };
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
  // A run that is refused, or writes nothing, puts no write to the test, wherever it is killed.
  const points = putsToTest(base) ? parts.selected(base.points, { every: options.every, part: 0, parts: 1 }) : [];
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
  const table = new ProofTable(points, (row) => void (options.json === true || deps.stdout.write(`${rowText(row)}\n`)));
  if (points.length > 0) for await (const line of parts.linesOfWorkers(pool, argsOf, signal)) table.add(JSON.parse(line) as ProofRow);
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

function verdictOf(base: Undisturbed, killedAt: number, same: number): ProofVerdict {
  if (same < killedAt) return 'not proven';
  return killedAt === 0 || !putsToTest(base) ? 'inconclusive' : 'proven';
}

function putsToTest({ writes, outcome }: Undisturbed): boolean {
  return writes > 0 && outcome !== 'refused';
}

/** The worst of them: what is not proven beats what says nothing. */
function overall(proofs: readonly Proof[]): ProofVerdict {
  const found = (wanted: ProofVerdict): boolean => proofs.some(({ verdict }) => verdict === wanted);
  return found('not proven') ? 'not proven' : proofs.length === 0 || found('inconclusive') ? 'inconclusive' : 'proven';
}

function summaryOf({ scenario, outcome, failure, verdict: its, points, killedAt, same, writes, cases, wallMs }: Proof): string {
  const kills = same === killedAt ? 'all as the undisturbed run' : `${killedAt - same} NOT as the undisturbed run`;
  const why = failure ?? 'the run wrote nothing; lay a fault over the world with --break, which `firebreak rehearse --break list` shows';
  const verdict = its === 'inconclusive' ? `PROVES NOTHING: ${why}` : kills;
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
