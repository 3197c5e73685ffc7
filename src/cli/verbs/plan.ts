import type { Assessment } from '../../controller/assess.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { evidenceHelp } from '../../core/evidence-asked.ts';
import { sayDuration } from '../../core/duration.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, exitOfSignal, printable } from '../exit.ts';
import { interruptible } from '../interrupts.ts';
import { endpointOf, withClock, withCommon, withDocument, withEndpoint } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { printResult } from '../output.ts';

export interface AssessVerbOptions extends CommonOptions {
  readonly file: string;
  readonly endpoint?: string;
  readonly clock?: string;
  readonly probe?: boolean;
}

/** What the verb needs of the composition root. */
export type AssessComposition = () => Promise<Pick<typeof import('../../composition/live.ts'), 'goLive'>>;

/** `plan`: what a run would do now, and why. */
export function plan(composition: AssessComposition): Verb {
  return (program, deps) => {
    withCommon(withClock(withEndpoint(withDocument(program.command('plan'))), deps))
      .description('look, diagnose and print what a run would do, with the reasons; writes nothing')
      .option('--probe', 'also walk the validation: synthetic logins and messages to the services')
      .addHelpText(
        'after',
        '\nExamples:\n  firebreak plan -f remediation.yaml\n  firebreak plan -f remediation.yaml --json\n\nExit codes: 0 a plan was made · 2 refused by the preflight · 3 the plan asks a human.' +
          evidenceHelp(),
      )
      .action(async (options: AssessVerbOptions) => {
        const { spec } = await loadDocument(options.file, deps);
        await printPlan(options, spec, deps, composition);
      });
  };
}

/** Looks, more than once where it must, through clients that refuse every write, and prints the plan. */
export async function printPlan(
  options: AssessVerbOptions,
  spec: RemediationSpec,
  deps: VerbDeps,
  composition: AssessComposition,
): Promise<void> {
  const [{ goLive }, { assess }] = await Promise.all([composition(), import('../../controller/assess.ts')]);
  const words = { stopping: 'nothing was begun', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, async (signal) => {
    const live = await goLive({ spec, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: true });
    const { cloud, probes, clock } = live;
    return assess({ spec, cloud, probes, clock, probe: options.probe === true, signal, onSuspected: sayLookingOn(deps, spec) });
  });
  if (value === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  printResult(deps.stdout, options.json === true, value, await assessmentLines(value));
  deps.finish(exitOf(value));
}

/** Said before the wait, so that nobody takes it for a program that hangs. */
function sayLookingOn(
  { stderr }: Pick<VerbDeps, 'stderr'>,
  { observe }: RemediationSpec,
): (services: readonly string[], more: number) => void {
  return (services, more) =>
    stderr.write(
      `firebreak: one look only suspects ${printable(services.join(', '))}: looking ${more} times more, every ${sayDuration(observe.everyMs)}\n`,
    );
}

function exitOf({ preflight, plan: made }: Assessment): typeof EXIT.ok | typeof EXIT.usage | typeof EXIT.human {
  if (preflight.refusals.length > 0) return EXIT.usage;
  return made.question === null ? EXIT.ok : EXIT.human;
}

async function assessmentLines({ preflight, diagnosis, plan: made, validation, unmeetable }: Assessment): Promise<readonly string[]> {
  const [{ renderDiagnosis }, { renderPlan }] = await Promise.all([
    import('../../report/render-diagnosis.ts'),
    import('../../report/render-plan.ts'),
  ]);
  const refusals = preflight.refusals.flatMap(({ check, why, fix }) => [`Refused: ${check} ${why}`, `  fix: ${fix}`]);
  // What would be said of an environment that cannot be looked at as the document says is about something else.
  if (refusals.length > 0) return [...refusals, 'No plan is shown: a run would end here. Nothing was changed.'];
  return [
    ...preflight.warnings.map((warning) => `Warning: ${warning}`),
    ...unmeetable.map((check) => `Warning: ${check}`),
    renderDiagnosis(diagnosis),
    renderPlan(made),
    ...(validation?.checks ?? []).map(({ name, verdict }) => `${verdict.outcome.padEnd(12)} ${name}: ${verdict.because}`),
    'Nothing was changed.',
  ];
}
