import type { Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { Diagnosis } from '../../core/model/diagnosis.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { RawLogEntry } from '../../ports/cloud.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, exitOfSignal, printable } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { endpointOf, withClock, withCommon, withDetails, withDocument, withEndpoint } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import type { DecisionSummary } from '../progress/decision-summary.ts';
import { printResult } from '../process/output.ts';
import type { AssessComposition } from './plan.ts';
import { readStream } from '../process/read-stream.ts';

interface DiagnoseOptions extends CommonOptions {
  readonly file: string;
  readonly endpoint?: string;
  readonly clock?: string;
  readonly logs?: string;
  readonly details?: boolean;
}

/** What the verb needs of the composition root: the live clients, and the reader of one LogEntry. */
export interface DiagnoseComposition {
  readonly live: AssessComposition;
  readonly logEntry: () => Promise<{ readonly toRawEntry: (json: unknown) => RawLogEntry }>;
}

/** `diagnose`: what is wrong, from a look at the cloud or from an exported capture alone. */
export function diagnose(composition: DiagnoseComposition): Verb {
  return (program, deps) => {
    withCommon(withDetails(withClock(withEndpoint(withDocument(program.command('diagnose'))), deps)))
      .description('what is wrong and why, with evidence, findings and the steps it vetoes; writes nothing')
      .option('--logs <file>', 'read an exported capture instead of the cloud: a file, or - for stdin; needs no document')
      .addHelpText(
        'after',
        '\nIt begins with five lines: what is wrong, what would be done, what of it cannot be undone, what is unknown, what to do next.\n\nExamples:\n  firebreak diagnose -f remediation.yaml\n  firebreak diagnose -f remediation.yaml --details\n  firebreak diagnose --logs capture.json\n  gcloud logging read FILTER --format=json | firebreak diagnose --logs -\n\nExit codes: 0 nothing is wrong: everything that is needed was seen, and passes · 1 something is wrong, or is suspected (also: errors that nothing explains), or too little was seen to tell · 2 usage, or no capture (also: no entry in it) · 75 the endpoint is down.',
      )
      .action(async (options: DiagnoseOptions, command: Command) => {
        if (options.logs === undefined) return diagnoseCloud(options, deps, composition);
        refuseBoth(command);
        await diagnoseLogs(options, options.logs, deps, composition);
      });
  };
}

/** A capture is diagnosed without a cloud: whoever names both expects something else. */
function refuseBoth(command: Command): void {
  const given = ['file', 'endpoint', 'clock'].find((option) => command.getOptionValueSource(option) === 'cli');
  if (given === undefined) return;
  throw new UserError(
    'diagnose-options',
    `--logs reads a capture alone, and --${given} speaks of the cloud`,
    'give one of them: a capture needs neither a document nor an endpoint',
  );
}

async function diagnoseCloud(options: DiagnoseOptions, deps: VerbDeps, composition: DiagnoseComposition): Promise<void> {
  const { spec } = await loadDocument(options.file, deps);
  const { goLive } = await composition.live();
  const { value, stoppedBy } = await interruptible(deps, { stopping: 'nothing was begun', resume: null }, async (signal) => {
    const live = await goLive({ spec, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: true });
    const { clock } = live;
    const [{ createObserver }, { groupLogs }, { defaultMaxConnections }] = await Promise.all([
      import('../../controller/observing/observer.ts'),
      import('../../diagnosis/logs/group-logs.ts'),
      import('../../diagnosis/infrastructure/default-max-connections.ts'),
    ]);
    const observer = createObserver({ cloud: live.cloud, probes: live.probes, spec, clock, groupLogs, defaultMaxConnections });
    const observation = await observer.observe(signal);
    return { observation, now: clock.now() };
  });
  if (value === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  await printLook(value.observation, spec, { now: value.now, options, deps });
}

async function printLook(
  observation: Observation,
  spec: RemediationSpec,
  { now, options, deps }: { readonly now: number; readonly options: DiagnoseOptions; readonly deps: VerbDeps },
): Promise<void> {
  const [{ diagnose: find }, { examine }, { makePlan }, { renderExamination, renderFound }, { lookDecides }] = await Promise.all([
    import('../../diagnosis/diagnose.ts'),
    import('../../diagnosis/examination.ts'),
    import('../../planning/plan.ts'),
    import('../../report/render/render-examination.ts'),
    import('../progress/deciding.ts'),
  ]);
  const diagnosis: Diagnosis = find(observation, spec);
  const plan = makePlan({ diagnosis, observation, spec, now, budgetLeft: spec.policy.budget.mutations });
  const examination = examine(observation, spec, diagnosis);
  const steps = plan.steps.map(({ id, title, decision, reason }) => ({ id, title, decision, reason }));
  const result = { ...examination, steps, question: plan.question, reads: observation.reads };
  printResult(
    deps.stdout,
    options.json === true,
    result,
    await sayFound(
      lookDecides(diagnosis, plan),
      options.details === true ? renderExamination(examination, plan) : renderFound(examination),
      deps,
    ),
  );
  deps.finish(diagnosis.healthy ? EXIT.ok : EXIT.failed);
}

async function diagnoseLogs(options: DiagnoseOptions, file: string, deps: VerbDeps, composition: DiagnoseComposition): Promise<void> {
  const [{ toRawEntry }, { createCaptureReader }, { diagnoseCapture }, { renderCapture, renderCaptureFound }, { captureDecides }] =
    await Promise.all([
      composition.logEntry(),
      import('../../diagnosis/capture/capture.ts'),
      import('../../diagnosis/capture/diagnose-capture.ts'),
      import('../../report/render/render-capture.ts'),
      import('../progress/deciding.ts'),
    ]);
  const name = file === '-' ? 'standard input' : file;
  const { value, stoppedBy } = await interruptible(deps, { stopping: 'the capture is left', resume: null }, async (signal) => {
    const reader = createCaptureReader(name, toRawEntry);
    for await (const chunk of readStream(file, deps.cwd, signal)) reader.push(chunk);
    return reader.end();
  });
  if (value === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  const found = diagnoseCapture(value);
  printResult(
    deps.stdout,
    options.json === true,
    { source: name, ...found },
    await sayFound(
      captureDecides(found, name),
      options.details === true ? renderCapture(name, found) : renderCaptureFound(name, found),
      deps,
    ),
  );
  deps.finish(found.verdict === 'quiet' ? EXIT.ok : EXIT.failed);
}

/** The lines that decide, then what they rest on. Log lines come from anywhere: nothing in them may steer the terminal. */
async function sayFound(decides: DecisionSummary, behind: string, deps: VerbDeps): Promise<readonly string[]> {
  const { decisionLines, viewOf, wrappedLines } = await import('../progress/decision-summary.ts');
  const view = viewOf(deps);
  return [...decisionLines(decides, view), '', ...wrappedLines(behind.trimEnd().split('\n').map(printable), view)];
}
