import type { Assessment } from '../../controller/assess.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { evidenceHelp } from '../../core/evidence-asked.ts';
import { sayDuration } from '../../core/duration.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, exitOfSignal, printable } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { endpointOf, withClock, withCommon, withDetails, withDocument, withEndpoint } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { printResult } from '../process/output.ts';

export interface AssessVerbOptions extends CommonOptions {
  readonly file: string;
  readonly endpoint?: string;
  readonly clock?: string;
  readonly probe?: boolean;
  /** Also the evidence. */
  readonly details?: boolean;
}

/** What the verb needs of the composition root. */
export type AssessComposition = () => Promise<Pick<typeof import('../../composition/live.ts'), 'goLive'>>;

/** `plan`: what a run would do now, and why. */
export function plan(composition: AssessComposition): Verb {
  return (program, deps) => {
    withCommon(withDetails(withClock(withEndpoint(withDocument(program.command('plan'))), deps)))
      .description('look, diagnose and print what a run would do, with the reasons; writes nothing')
      .option('--probe', 'also walk the validation: the requests that the document sends to its services')
      .addHelpText(
        'after',
        '\nIt begins with five lines: what is wrong, what would be done, what of it cannot be undone, what is unknown, what to do next.\n\nExamples:\n  firebreak plan -f remediation.yaml\n  firebreak plan -f remediation.yaml --details\n  firebreak plan -f remediation.yaml --json\n\nExit codes: 0 a plan was made · 2 refused by the preflight · 3 the plan asks a human.' +
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
  printResult(deps.stdout, options.json === true, value, await assessmentLines(value, options.details === true, deps));
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

async function assessmentLines(value: Assessment, details: boolean, deps: VerbDeps): Promise<readonly string[]> {
  const { preflight, diagnosis, plan: made, validation, unmeetable } = value;
  const [{ renderDiagnosis }, { renderPlan, planSteps }, { planDecides }, { decisionLines, viewOf, wrappedLines }] = await Promise.all([
    import('../../report/render/render-diagnosis.ts'),
    import('../../report/render/render-plan.ts'),
    import('../progress/deciding.ts'),
    import('../progress/decision-summary.ts'),
  ]);
  const view = viewOf(deps);
  const refusals = preflight.refusals.flatMap(({ check, why, fix }) => [`Refused: ${check} ${why}`, `  fix: ${fix}`]);
  // What would be said of an environment that cannot be looked at as the document says is about something else.
  if (refusals.length > 0) return wrappedLines([...refusals, 'No plan is shown: a run would end here. Nothing was changed.'], view);
  const checks = (validation?.checks ?? []).map(({ name, verdict }) => `${verdict.outcome.padEnd(12)} ${name}: ${verdict.because}`);
  const behind = details
    ? [...renderDiagnosis(diagnosis).split('\n'), ...renderPlan(made).split('\n'), ...checks]
    : [...planSteps(made), ...checks, '', 'Evidence, diffs and commands: firebreak plan --details'];
  return [
    ...decisionLines(planDecides(diagnosis, made, unmeetable), view),
    '',
    ...wrappedLines(
      [
        ...preflight.warnings.map((warning) => `Warning: ${warning}`),
        ...unmeetable.map((check) => `Warning: ${check}`),
        ...behind.map((line) => printable(line)),
        'Nothing was changed.',
      ],
      view,
    ),
  ];
}
