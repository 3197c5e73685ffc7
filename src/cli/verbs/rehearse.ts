import { defined } from '../../core/defined.ts';
import type { CaseChoice } from '../../composition/rehearsal-case.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { EXIT, exitOfSignal } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { onStage } from '../live/stage.ts';
import { breakOption, refuseBoth, seed, withCommon, withState, worldOption } from '../options.ts';
import { exitOfOutcome } from '../status/outcome.ts';
import { printResult } from '../process/output.ts';
import { rehearseOne, summaryLine } from '../rehearsals/rehearse-one.ts';
import type { RehearsalComposition, RehearseOptions, Result } from '../rehearsals/rehearse-one.ts';

const DEFAULT_SCENARIO = 'issue-1278';

/** `rehearse`: the whole incident against the simulator on virtual time. */
export function rehearse(composition: RehearsalComposition): Verb {
  return (program, deps) => {
    withCommon(withState(program.command('rehearse').argument('[scenario...]', `scenarios to rehearse (default: ${DEFAULT_SCENARIO})`)))
      .description('carry a whole incident against the built-in simulator of Google Cloud, on virtual time')
      .option('--list', 'list the scenarios')
      .option('--all', 'rehearse every scenario; with -f or --world: every fault that this world can meet, in a table')
      .option('--seed <number>', 'another seed: same seed, same incident', seed)
      .option('-f, --file <file>', 'your own Remediation document; without a scenario or --world its world is drawn from it')
      .addOption(worldOption('list'))
      .addOption(breakOption())
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
  firebreak rehearse -f remediation.yaml --break list
  firebreak rehearse -f remediation.yaml --break revision:my-service
  firebreak rehearse --world world.yaml -f remediation.yaml --all

The state of a rehearsal lies below STATE/rehearsals; \`--state memory:\` keeps it in memory. A rehearsal always starts anew.
Without -f a world brings the document that it or its base names, or the remediation.yaml beside it.
Exit codes: 0 it ended as its scenario expects · 1 it did not · 2 no such scenario, or a mistake in a file. A world that
says nothing of the end, and one with a fault laid over it: as \`run\` would exit. The table: 1 where it is ill with nothing broken.`;

async function act(names: readonly string[], options: RehearseOptions, deps: VerbDeps, composition: RehearsalComposition): Promise<void> {
  refuseBoth(names, options.world);
  const { listScenarios } = await import('../../simulator/scenario.ts');
  if (options.list === true) return printNames(listScenarios(), options, deps);
  const chosen = chosenOf(names, options, () => listScenarios().map(({ name }) => name));
  const [first] = chosen;
  if (options.break === 'list') return listBreaks(defined(first), options, deps, composition);
  if (options.all === true && first !== undefined && !('scenario' in first))
    return (await import('../rehearsals/rehearse-set.ts')).rehearseSet(first, options, deps, composition);
  const several = chosen.length > 1;
  const words = { stopping: 'ending the rehearsal', resume: null };
  const staged = several ? deps : onStage(deps, options.json === true);
  const { value, stoppedBy } = await interruptible(staged, words, async (signal) => {
    const results: Result[] = [];
    for (const choice of chosen) {
      signal.throwIfAborted();
      const result = await rehearseOne(
        choice,
        { ...options, quiet: several || options.json === true },
        { deps: staged, composition, signal },
      );
      results.push(result);
      // One that was stopped came to no end: there is nothing to hold against what it should have come to.
      if (result.interrupted) break;
      if (several && options.json !== true) deps.stdout.write(`${summaryLine(result)}\n`);
    }
    return results;
  });
  if (value === null || value.some(({ interrupted }) => interrupted)) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  await printResults(value, several, options, deps);
  const [only] = value;
  if (!several && only !== undefined && !only.expects) return deps.finish(exitOfOutcome(only.outcome));
  deps.finish(value.every(({ asExpected }) => asExpected) ? EXIT.ok : EXIT.failed);
}

function printNames(
  scenarios: readonly { readonly name: string; readonly title: string }[],
  { json }: RehearseOptions,
  { stdout }: VerbDeps,
): void {
  printResult(
    stdout,
    json === true,
    scenarios,
    scenarios.map(({ name, title }) => `${name.padEnd(24)} ${title}`),
  );
}

/** A document alone brings the world that is drawn from it. */
function chosenOf(names: readonly string[], { world, all, file }: RehearseOptions, every: () => readonly string[]): readonly CaseChoice[] {
  if (world !== undefined) return [{ world }];
  if (file !== undefined && names.length === 0) return [{ drawnFrom: file }];
  const chosen = all === true ? every() : names.length === 0 ? [DEFAULT_SCENARIO] : names;
  return chosen.map((scenario) => ({ scenario }));
}

async function listBreaks(
  choice: CaseChoice,
  { file, json }: RehearseOptions,
  deps: VerbDeps,
  composition: RehearsalComposition,
): Promise<void> {
  const [parts, { breaksOf, breakText }] = await Promise.all([composition(), import('../../worlds/break.ts')]);
  const { scenario } = await parts.rehearsalCase(choice, { file: file ?? null, breaks: null }, deps);
  const found = breaksOf(scenario).map((one) => ({ break: breakText(one), title: one.title }));
  const wide = Math.max(...found.map((one) => one.break.length));
  printResult(
    deps.stdout,
    json === true,
    found,
    found.map((one) => `${one.break.padEnd(wide)}  ${one.title}`),
  );
}

async function printResults(results: readonly Result[], several: boolean, options: RehearseOptions, deps: VerbDeps): Promise<void> {
  if (options.json === true) {
    const objects = results.map(({ report, expects, asExpected, expectations, ticks, drawn, messages }) => ({
      ...report,
      asExpected: expects ? asExpected : null,
      expectations,
      ticks,
      drawn,
      ...(messages.length === 0 ? {} : { messages }),
    }));
    return printResult(deps.stdout, true, several ? objects : objects[0], []);
  }
  const [only] = results;
  if (!several && only !== undefined) deps.stdout.write(`${[...only.lines, '', ...only.drawn, summaryLine(only)].join('\n')}\n`);
  const failed = results.filter(({ asExpected }) => !asExpected);
  for (const { scenario, expectations } of failed) {
    for (const { what, found } of expectations.filter(({ met }) => !met))
      deps.stdout.write(`NOT AS EXPECTED ${scenario}: expected ${what}; found ${found}\n`);
  }
  if (several) deps.stdout.write(`${results.length - failed.length} of ${results.length} scenarios ended as they should\n`);
}
