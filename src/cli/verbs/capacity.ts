import { Option } from 'commander';
import type { CapacityReport } from '../../capacity/thresholds.ts';
import type { Trigger } from '../../capacity/trigger.ts';
import { FirebreakError, UserError } from '../../core/errors.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { LoadedSpec } from '../../spec/load.ts';
import { mayStartRun, requireStartable, runBlockedBecause } from '../capacity-run.ts';
import type { Starting } from '../capacity-run.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, complaintOf, exitOfSignal, renderComplaint } from '../process/exit.ts';
import type { ExitCode } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { onStage } from '../live/stage.ts';
import { endpointOf, withClock, withCommon, withDetails, withDocument, withEndpoint, withState } from '../options.ts';
import { exitOfOutcome } from '../status/outcome.ts';
import { printResult, sayInstant } from '../process/output.ts';
import type { AssessVerbOptions } from './plan.ts';
import type { RunComposition } from './run.ts';

interface CapacityOptions extends AssessVerbOptions {
  readonly state: string;
  readonly cron?: boolean;
  readonly lookOnly?: boolean;
  readonly details?: boolean;
}

/** `capacity`: headroom against the thresholds, once or on a schedule. */
export function capacity(composition: RunComposition): Verb {
  return (program, deps) => {
    withCommon(withDetails(withClock(withEndpoint(withState(withDocument(program.command('capacity')))), deps)))
      .description('how much room is left: connector, connections, instances, errors, latency, certificates')
      .option('--cron', 'keep checking on the schedule of capacity.schedule, until it is stopped')
      .addOption(new Option('--look-only', 'start no run, whatever capacity.startRun says').conflicts('cron'))
      .addHelpText('after', EXAMPLES)
      .action((options: CapacityOptions) => act(options, onStage(deps, options.json === true), composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak capacity -f remediation.yaml
  firebreak capacity -f remediation.yaml --cron --json

For a scheduled job run it without --cron: it looks once and ends. With capacity.startRun it drives a run itself when a threshold
is crossed, and goes on with an unfinished one that nobody drives, unless policy.mode is plan or probe or policy.freeze forbids
it; the exit code is then the run's. For that it needs what a run needs (permissions, a shared --state, hours of time) and
refuses to begin without.
Exit codes: 0 green · 1 over a threshold, or not known: unknown is not green, and the table says which · 2 refused before a look.`;

interface Check extends Starting {
  readonly options: CapacityOptions;
  readonly look: (signal: AbortSignal) => Promise<CapacityReport>;
  readonly render: typeof import('../../capacity/table.ts');
}

async function act(options: CapacityOptions, deps: VerbDeps, composition: RunComposition): Promise<void> {
  const loaded = lookingOnly(await loadDocument(options.file, deps), options);
  const words = { stopping: 'ending the check', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, async (signal) => {
    const { check, trigger } = await prepare(options, loaded, { deps, composition, signal });
    return trigger === null ? checkOnce(check, signal) : keepChecking(check, trigger, signal);
  });
  deps.finish(value ?? exitOfSignal(stoppedBy ?? 'SIGTERM'));
}

function lookingOnly(loaded: LoadedSpec, { lookOnly }: CapacityOptions): LoadedSpec {
  const { spec } = loaded;
  return lookOnly === true ? { ...loaded, spec: { ...spec, capacity: { ...spec.capacity, startRun: false } } } : loaded;
}

async function prepare(
  options: CapacityOptions,
  loaded: LoadedSpec,
  { deps, composition, signal }: { readonly deps: VerbDeps; readonly composition: RunComposition; readonly signal: AbortSignal },
): Promise<{ readonly check: Check; readonly trigger: Trigger | null }> {
  const { spec } = loaded;
  const [{ goLive }, { judgeCapacity }, { connectionBudgets }, { observerOver }, render] = await Promise.all([
    composition(),
    import('../../capacity/thresholds.ts'),
    import('../../diagnosis/infrastructure/connection-budget.ts'),
    import('../../controller/validating/make-observer.ts'),
    import('../../capacity/table.ts'),
  ]);
  const live = await goLive({ spec, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: true });
  const observer = observerOver({ spec, ...live });
  const look = async (during: AbortSignal): Promise<CapacityReport> => {
    const observation = await observer.observe(during);
    return judgeCapacity(observation, spec, connectionBudgets(observation, spec));
  };
  const now = (): number => live.clock.now();
  const check = { options, loaded, deps, composition, look, render, now };
  await requireStartable(check, live, signal);
  return { check, trigger: options.cron === true ? await triggerOf(spec, options, live.clock) : null };
}

/** node-cron knows only the system's time: a simulator's is followed by our own reading of the same expression. */
async function triggerOf(
  { capacity: { schedule, timeZone } }: RemediationSpec,
  { clock }: CapacityOptions,
  time: VerbDeps['clock'],
): Promise<Trigger> {
  const [{ createClockTrigger, createCronTrigger }, { createSchedule }] = await Promise.all([
    import('../../capacity/trigger.ts'),
    import('../../capacity/schedule.ts'),
  ]);
  try {
    createSchedule(schedule, timeZone);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UserError(
      'schedule-invalid',
      `capacity.schedule ${schedule} is never due: ${why}`,
      'mend capacity.schedule in the document',
      {
        cause: thrown,
      },
    );
  }
  return clock === undefined ? createCronTrigger(schedule, timeZone) : createClockTrigger(schedule, timeZone, time);
}

/** The lines that decide, then what is not well; with --details every limit. */
async function reportLines({ deps, options, loaded, render, now }: Check, report: CapacityReport): Promise<readonly string[]> {
  const [{ capacityDecides }, { decisionLines, viewOf, wrappedLines }] = await Promise.all([
    import('../progress/deciding.ts'),
    import('../progress/decision-summary.ts'),
  ]);
  const view = viewOf(deps);
  const open = render.openLimits(report);
  const kept = `${report.limits.length - open.length} of ${report.limits.length} limits kept; all of them: firebreak capacity --details`;
  const table = options.details === true ? render.capacityTable(report) : [...open, kept];
  const decides = capacityDecides(report, startsOf(loaded.spec, now()));
  return [...decisionLines(decides, view), '', ...wrappedLines(table, view)];
}

/** What follows where a threshold is crossed. */
function startsOf(spec: RemediationSpec, now: number): { readonly run: boolean; readonly whyNot: string | null } {
  return { run: spec.capacity.startRun, whyNot: runBlockedBecause(spec, now) };
}

/** null: a signal stopped the run that it had started. */
async function checkOnce(check: Check, signal: AbortSignal): Promise<ExitCode | null> {
  const report = await check.look(signal);
  printResult(check.deps.stdout, check.options.json === true, report, await reportLines(check, report));
  const outcome = await mayStartRun(check, report, signal);
  if (outcome === 'stopped') return null;
  if (outcome !== null) return exitOfOutcome(outcome);
  return report.verdict.outcome === 'pass' ? EXIT.ok : EXIT.failed;
}

/** Until it is stopped. What went wrong with one check is said, and the next one comes at its time; a bug of ours ends it. */
async function keepChecking(check: Check, trigger: Trigger, signal: AbortSignal): Promise<ExitCode> {
  const { deps, options, loaded, render } = check;
  const { schedule, timeZone } = loaded.spec.capacity;
  deps.stderr.write(`firebreak: checking at ${schedule} (${timeZone}) until stopped\n`);
  await trigger.run(
    {
      due: async () => {
        try {
          const report = await check.look(signal);
          deps.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : `${render.capacityLine(report)}\n`);
          await mayStartRun(check, report, signal);
        } catch (thrown) {
          if (signal.aborted) return;
          if (!(thrown instanceof FirebreakError) || thrown.kind === 'invariant') throw thrown;
          deps.stderr.write(renderComplaint(complaintOf(thrown)));
        }
      },
      missed: (at, why) => {
        const reason = why === 'busy' ? 'the one before was still going on' : 'this process was not awake';
        deps.stderr.write(`firebreak: missed the check of ${sayInstant(at, check.now())}: ${reason}\n`);
      },
    },
    signal,
  );
  throw signal.reason;
}
