import type { Rehearsed } from '../../composition/rehearsal.ts';
import { sayDuration } from '../../core/duration.ts';
import type { CaseChoice } from '../../composition/rehearsal-case.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { EXIT, exitOfSignal } from '../exit.ts';
import { interruptible } from '../interrupts.ts';
import { refuseBoth, seed, withCommon, withState, worldOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { exitOfOutcome } from '../outcome.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../show-progress.ts';

/** What the verb needs of the composition root. */
export type RehearsalComposition = () => Promise<
  Pick<typeof import('../../composition/rehearsal.ts'), 'rehearse'> &
    Pick<typeof import('../../composition/rehearsal-case.ts'), 'rehearsalCase'> &
    Pick<typeof import('../../composition/expectations.ts'), 'judgeExpectations'> &
    Pick<typeof import('../../composition/incident.ts'), 'leaseOwner'> &
    Pick<typeof import('../../composition/stores.ts'), 'openRehearsalStore'>
>;

interface RehearseOptions extends CommonOptions {
  readonly state: string;
  readonly file?: string;
  readonly world?: string;
  readonly list?: boolean;
  readonly all?: boolean;
  readonly seed?: number;
}

const DEFAULT_SCENARIO = 'issue-1278';

/** `rehearse`: the whole incident against the simulator on virtual time. */
export function rehearse(composition: RehearsalComposition): Verb {
  return (program, deps) => {
    withCommon(withState(program.command('rehearse').argument('[scenario...]', `scenarios to rehearse (default: ${DEFAULT_SCENARIO})`)))
      .description('carry a whole incident against the built-in simulator of Google Cloud, on virtual time')
      .option('--list', 'list the scenarios')
      .option('--all', 'rehearse every scenario')
      .option('--seed <number>', 'another seed: same seed, same incident', seed)
      .option('-f, --file <file>', 'your own Remediation document instead of the scenario’s')
      .addOption(worldOption('all', 'list'))
      .addHelpText('after', EXAMPLES)
      .action((scenarios: readonly string[], options: RehearseOptions) => act(scenarios, options, deps, composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak rehearse
  firebreak rehearse --list
  firebreak rehearse no-improvement --seed 7 --json
  firebreak rehearse --all --state memory:
  firebreak rehearse --world world.yaml -f remediation.yaml

The state of a rehearsal lies below STATE/rehearsals; \`--state memory:\` keeps it in memory. A rehearsal always starts anew.
Without -f a world brings the document that it names, or the remediation.yaml beside it.
Exit codes: 0 it ended as its scenario expects · 1 it did not · 2 no such scenario, or a mistake in a file. A world that
says nothing of the end: as \`run\` would exit.`;

async function act(names: readonly string[], options: RehearseOptions, deps: VerbDeps, composition: RehearsalComposition): Promise<void> {
  refuseBoth(names, options.world);
  const { listScenarios } = await import('../../simulator/scenario.ts');
  if (options.list === true) {
    const scenarios = listScenarios();
    return printResult(
      deps.stdout,
      options.json === true,
      scenarios,
      scenarios.map(({ name, title }) => `${name.padEnd(24)} ${title}`),
    );
  }
  const chosen = chosenOf(names, options, () => listScenarios().map(({ name }) => name));
  const several = chosen.length > 1;
  const words = { stopping: 'ending the rehearsal', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, async (signal) => {
    const results: Result[] = [];
    for (const choice of chosen) {
      signal.throwIfAborted();
      results.push(await rehearseOne(choice, { ...options, quiet: several || options.json === true }, deps, composition, signal));
      if (several && options.json !== true) deps.stdout.write(`${summaryLine(results.at(-1)!)}\n`);
    }
    return results;
  });
  if (value === null || value.some(({ interrupted }) => interrupted)) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  await printResults(value, several, options, deps);
  const [only] = value;
  if (!several && only !== undefined && !only.expects) return deps.finish(exitOfOutcome(only.outcome));
  deps.finish(value.every(({ asExpected }) => asExpected) ? EXIT.ok : EXIT.failed);
}

function chosenOf(names: readonly string[], { world, all }: RehearseOptions, every: () => readonly string[]): readonly CaseChoice[] {
  if (world !== undefined) return [{ world }];
  const chosen = all === true ? every() : names.length === 0 ? [DEFAULT_SCENARIO] : names;
  return chosen.map((scenario) => ({ scenario }));
}

interface Result {
  readonly scenario: string;
  readonly outcome: string;
  /** Whether anything was said of how it must end. */
  readonly expects: boolean;
  readonly asExpected: boolean;
  readonly interrupted: boolean;
  readonly expectations: ReturnType<Awaited<ReturnType<RehearsalComposition>>['judgeExpectations']>;
  readonly report: object;
  readonly lines: readonly string[];
  readonly ticks: number;
  readonly virtualMs: number;
  readonly wallMs: number;
}

async function rehearseOne(
  choice: CaseChoice,
  options: RehearseOptions & { readonly quiet: boolean },
  deps: VerbDeps,
  composition: RehearsalComposition,
  signal: AbortSignal,
): Promise<Result> {
  const [parts, { buildReport }, { renderText }] = await Promise.all([
    composition(),
    import('../../report/build-report.ts'),
    import('../../report/render-text.ts'),
  ]);
  const { scenario: read, document, expects } = await parts.rehearsalCase(choice, options.file ?? null, deps);
  const scenario = options.seed === undefined ? read : { ...read, seed: options.seed };
  const now = { value: scenario.startAt };
  const progress = showProgress(deps, { json: options.json === true, clock: { now: () => now.value }, quiet: options.quiet });
  const began = deps.clock.now();
  let rehearsed: Rehearsed;
  try {
    rehearsed = await parts.rehearse({
      scenario,
      spec: document.spec,
      specHash: document.hash,
      openStore: (clock) => parts.openRehearsalStore(options.state, `${scenario.name}-${scenario.seed}`, clock),
      owner: parts.leaseOwner({ token: deps.newId(), user: deps.user, execution: undefined }),
      onStep: (saved, status) => {
        now.value = Date.parse(status.at);
        progress.step(saved, status);
      },
      onWarning: progress.warn,
      signal,
    });
  } finally {
    progress.end();
  }
  const wallMs = deps.clock.now() - began;
  const { lines, ticks, virtualMs, requests } = rehearsed;
  const report = buildReport(lines, { scenario: scenario.name, seed: scenario.seed, wallMs, requests: total(requests) });
  const expectations = expects ? parts.judgeExpectations(scenario, rehearsed) : [];
  return {
    scenario: scenario.name,
    outcome: rehearsed.end.outcome,
    expects,
    asExpected: expectations.every(({ met }) => met),
    interrupted: rehearsed.end.outcome === 'stopped',
    expectations,
    report,
    lines: [renderText(report)],
    ticks,
    virtualMs,
    wallMs,
  };
}

function total(requests: Rehearsed['requests']): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

async function printResults(results: readonly Result[], several: boolean, options: RehearseOptions, deps: VerbDeps): Promise<void> {
  if (options.json === true) {
    const objects = results.map(({ report, expects, asExpected, expectations, ticks }) => ({
      ...report,
      asExpected: expects ? asExpected : null,
      expectations,
      ticks,
    }));
    return printResult(deps.stdout, true, several ? objects : objects[0], []);
  }
  const [only] = results;
  if (!several && only !== undefined) deps.stdout.write(`${[...only.lines, '', summaryLine(only)].join('\n')}\n`);
  const failed = results.filter(({ asExpected }) => !asExpected);
  for (const { scenario, expectations } of failed) {
    for (const { what, found } of expectations.filter(({ met }) => !met))
      deps.stdout.write(`NOT AS EXPECTED ${scenario}: expected ${what}; found ${found}\n`);
  }
  if (several) deps.stdout.write(`${results.length - failed.length} of ${results.length} scenarios ended as they should\n`);
}

function summaryLine({ scenario, outcome, expects, asExpected, virtualMs, wallMs, ticks }: Result): string {
  const verdict = !expects ? 'nothing expected' : asExpected ? 'as expected' : 'NOT AS EXPECTED';
  return `${scenario.padEnd(24)} ${outcome.padEnd(10)} ${verdict}   ${sayDuration(virtualMs)} of the incident in ${sayDuration(wallMs)}, ${ticks} looks`;
}
