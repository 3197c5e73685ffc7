import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { RemediationSpec, RunMode } from '../../core/model/spec.ts';
import { commandLine } from '../../core/commands.ts';
import { UserError } from '../../core/errors.ts';
import type { Run, RunEnd } from '../../durable/run-options.ts';
import { undeliveredMessages } from '../runs/undelivered-messages.ts';
import type { Begun, JournalLine, RunStore } from '../../ports/store.ts';
import { targetOf } from '../../spec/target.ts';
import { confirmOneWay } from '../confirm.ts';
import { evidenceHelp } from '../../core/evidence-asked.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { requireSingleWriter } from '../runs/single-writer.ts';
import { exitOfSignal } from '../process/exit.ts';
import { interruptible, stoodStill } from '../process/interrupts.ts';
import { onStage } from '../live/stage.ts';
import { createRunLog, wantsLogs } from '../process/log.ts';
import { endpointOf, port, withClock, withCommon, withDocument, withEndpoint, withState } from '../options.ts';
import { exitOfOutcome } from '../status/outcome.ts';
import { printPlan } from './plan.ts';
import type { AssessVerbOptions } from './plan.ts';
import { printReport } from '../reports/print-report.ts';
import { placeIn } from '../place.ts';
import { pageBeside } from '../serving/serving.ts';
import { showProgress } from '../progress/show-progress.ts';
import { standstillWords } from '../process/standstill.ts';
import { reachOf } from '../reach.ts';
import { runTargets } from '../runs/targets.ts';
import { idsInWords, stepIdsOf } from '../../steps/index.ts';

/** What the verb needs of the composition root. */
export type RunComposition = () => Promise<
  Pick<typeof import('../../composition/live.ts'), 'goLive'> &
    Pick<typeof import('../../composition/incident.ts'), 'startLiveRun' | 'leaseOwner'>
>;

interface RunVerbOptions extends AssessVerbOptions {
  readonly state: string;
  readonly dryRun?: boolean;
  readonly mode?: RunMode;
  readonly from?: string;
  readonly again?: boolean;
  readonly yes?: boolean;
  readonly targets?: string;
  readonly serve?: number;
}

const MODES: readonly RunMode[] = ['plan', 'probe', 'approve', 'auto'];

/** `run`: the incident, for real; resumes by default. */
export function run(composition: RunComposition): Verb {
  return (program, deps) => {
    withCommon(withClock(withEndpoint(withState(withDocument(program.command('run')))), deps))
      .description('carry the incident from the first look to recovery, or to a human; an unfinished run is resumed')
      .option('--dry-run', 'look, diagnose, print the whole plan and stop: writes nothing')
      .option('--mode <mode>', `${MODES.join(', ')}; instead of policy.mode`, readMode)
      .option('--from <step>', `begin at this step: ${idsInWords()}; what it depends on is still checked`)
      .option('--again', 'begin although the loop breaker says that the earlier runs went in circles')
      .option('--yes', 'do not ask at the terminal before changes that cannot be undone')
      .addOption(
        new Option(
          '--serve <port>',
          'show the page of `firebreak serve` on this port of 127.0.0.1 while it runs; 0 takes a free one',
        ).argParser(port),
      )
      .addHelpText('after', EXAMPLES + evidenceHelp())
      .option('--targets <folder>', 'instead of -f: every document of this folder that falls to this task, one after the other')
      .action(async (options: RunVerbOptions, command: Command) => {
        refuseConflicts(options, command);
        if (options.targets === undefined) return act(options, deps, composition);
        await runTargets({ ...options, folder: options.targets }, deps, (file, each) => act({ ...options, file }, each, composition));
      });
  };
}

const EXAMPLES = `
Examples:
  firebreak run -f remediation.yaml --dry-run
  firebreak run -f remediation.yaml --mode approve
  firebreak run -f deploy/examples/issue-1278.yaml --endpoint http://127.0.0.1:8080 --clock http://127.0.0.1:8080

Ctrl-C stops at the next step, saved; the same command goes on. From another shell: status, why, approve, hold, resume,
adopt, skip, retry, rollback, abort.
Exit codes: 0 recovered · 1 restored · 2 refused before any write · 3 aborted · 4 escalated · 5 escalated, but nobody could
be reached: the text for a case is printed and kept · 75 the lease is held elsewhere, or
the disk is full: the same command goes on · 129, 130, 143 stopped by a signal (the terminal is gone, Ctrl-C, SIGTERM): saved.`;

/** What cannot both be meant is refused before anything is read. */
function refuseConflicts({ targets, clock, endpoint }: RunVerbOptions, command: Command): void {
  if (targets !== undefined && command.getOptionValueSource('file') === 'cli')
    throw new UserError('usage-conflict', '-f names one document and --targets a folder of them', 'give one of them');
  if (clock !== undefined && endpoint === undefined)
    throw new UserError(
      'usage-conflict',
      '--clock takes the time from a simulator, but without --endpoint Google itself is spoken to, which is in real time',
      'add --endpoint with the address of the same simulator, or leave out --clock',
    );
}

function readMode(text: string): RunMode {
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) throw new UserError('usage-mode', `--mode ${text} is not known`, `use one of ${MODES.join(', ')}`);
  return mode;
}

async function act(options: RunVerbOptions, deps: VerbDeps, composition: RunComposition): Promise<void> {
  const { spec: written, hash } = await loadDocument(options.file, deps);
  const spec = inMode(written, options.mode);
  const { mode } = spec.policy;
  if (options.dryRun === true || mode === 'plan' || mode === 'probe') {
    return printPlan({ ...options, details: true, probe: mode === 'probe' && options.dryRun !== true }, spec, deps, composition);
  }
  const store = await deps.openStore(options.state, targetOf(spec), options);
  requireStep(spec, options.from);
  await confirmOneWay(spec, store, options, deps);
  const words = { stopping: 'saving and giving the lease back', resume: commandLine('run', placeIn(options)) };
  const staged = onStage(deps, options.json === true);
  const { value, stoppedBy } = await interruptible(staged, words, (signal) =>
    runHere(options, { spec, specHash: hash, store }, { deps: staged, composition }, signal),
  );
  deps.finish(value === null || value === 'stopped' ? exitOfSignal(stoppedBy ?? 'SIGTERM') : exitOfOutcome(value));
}

/** The step must be one that the document can lead to. */
function requireStep(spec: RemediationSpec, step: string | undefined): void {
  if (step === undefined) return;
  const known = stepIdsOf(spec);
  if (known.includes(step)) return;
  throw new UserError(
    'step-unknown',
    `${step} is not a step of this document`,
    `use one of ${known.join(', ') || 'none: the document changes nothing'}`,
  );
}

/** `approve` without a list asks before every change. */
function inMode(spec: RemediationSpec, mode: RunMode | undefined): RemediationSpec {
  if (mode === undefined) return spec;
  const approve = mode === 'approve' && spec.policy.approve.length === 0 ? (['reversible', 'irreversible'] as const) : spec.policy.approve;
  return { ...spec, policy: { ...spec.policy, mode, approve } };
}

/** What is driven: the document, and where its run is kept. */
interface RunToDrive {
  readonly spec: RemediationSpec;
  readonly specHash: string;
  readonly store: Awaited<ReturnType<VerbDeps['openStore']>>;
}

/** Begins the run, or goes on with it, shows it, and prints its report; answers its outcome, or `stopped`. `capacity` starts one too. */
export async function runHere(
  options: Pick<RunVerbOptions, 'endpoint' | 'clock' | 'json' | 'verbose' | 'from' | 'again' | 'state' | 'serve' | 'file' | 'mode'>,
  { spec, specHash, store }: RunToDrive,
  { deps, composition }: { readonly deps: VerbDeps; readonly composition: RunComposition },
  signal: AbortSignal,
): Promise<string> {
  const parts = await composition();
  await requireSingleWriter(spec, options, deps);
  const live = await parts.goLive({ spec, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: false });
  const where = placeIn({ ...options, target: targetOf(spec) });
  deps.meant?.find({ target: where.target });
  const progress = showProgress(deps, { json: options.json === true, clock: live.clock, where, before: await linesBefore(store) });
  const log = await createRunLog(deps.stderr, wantsLogs(options, deps.env));
  const execution = deps.env['CLOUD_RUN_EXECUTION'];
  const page = options.serve === undefined ? null : await pageBeside({ port: options.serve, state: options.state }, deps);
  let begun: string | null = null;
  let unwatch: (() => void) | undefined;
  const unlisten = live.shared?.onStandstill(({ waitsFor, forMs }) =>
    progress.warn(standstillWords(waitsFor ?? 'this process', forMs), null),
  );
  // Two may begin side by side: once our lease claims what we may write, others are looked for again.
  const yielding = new AbortController();
  const lookBeside = async (): Promise<void> => requireSingleWriter(spec, options, deps, await store.readLease());
  try {
    const { run: started, runId } = await parts.startLiveRun({
      spec,
      specHash,
      store,
      live,
      owner: parts.leaseOwner({ token: deps.newId(), user: deps.user, execution, clock: options.clock, spec }),
      program: deps.version,
      ...begunOf(options, deps),
      newId: deps.newId,
      reach: reachOf(spec, options, deps),
      ...(options.from === undefined ? {} : { from: { step: options.from, by: deps.user } }),
      ...(options.again === true ? { again: deps.user } : {}),
      onStep: (saved, status) => {
        if (begun === null) lookBeside().catch((thrown: unknown) => yielding.abort(thrown));
        begun = status.runId;
        log.step(saved);
        progress.step(saved, status);
      },
      onWarning: (message, cause) => {
        log.warn(message, cause);
        progress.warn(message, cause);
      },
    });
    unwatch = deps.watchLoop?.((ms) => {
      log.warn(stoodStill(ms), null);
      // Time in lock-step stood still with us: it is no fact of the run.
      if (live.shared === null) started.note('time.stoodStill', { stoodStillMs: ms });
    });
    const lost = live.shared?.lost;
    const end = await toTheEnd(started, AbortSignal.any([signal, yielding.signal, ...(lost === undefined ? [] : [lost])]));
    const { outcome } = end;
    yielding.signal.throwIfAborted();
    if (outcome === 'stopped') lost?.throwIfAborted();
    progress.end();
    if (outcome !== 'stopped') await printReport(deps, store, runId, options.json === true);
    for (const line of undeliveredMessages(end)) deps.stderr.write(`firebreak: ${line}\n`);
    if (outcome !== 'stopped') await page?.showEnd(signal);
    return outcome;
  } catch (thrown) {
    throw begun === null ? thrown : interrupted(thrown, begun);
  } finally {
    unwatch?.();
    unlisten?.();
    await page?.close();
    // Also where nothing was begun: what keeps the display alive keeps the process alive.
    progress.end();
  }
}

/** What the next `firebreak run` must be told to go on as before. */
function begunOf(
  { file, endpoint, clock, mode }: Pick<RunVerbOptions, 'file' | 'endpoint' | 'clock' | 'mode'>,
  { cwd }: VerbDeps,
): { readonly begun: Begun } {
  const rest = Object.entries({ endpoint, clock, mode }).filter(([, value]) => value !== undefined);
  return { begun: { file: resolve(cwd, file), ...Object.fromEntries(rest) } };
}

/** What an unfinished run has written: whoever goes on with it sees its curves from their beginning. */
async function linesBefore(store: Pick<RunStore, 'load' | 'readJournal'>): Promise<readonly JournalLine[]> {
  const record = await store.load();
  return record === null || record.ended !== null ? [] : store.readJournal(record.runId);
}

/** The end of the run, `stopped` after the signal. */
async function toTheEnd(run: Run, signal: AbortSignal): Promise<RunEnd> {
  const stop = (): void => void run.stop('stopped by a signal').catch(() => {});
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return run.done;
}

/** Exit code 2 says that nothing was written, and is final to whoever starts the run again. Once a step is saved, it is neither. */
function interrupted(thrown: unknown, runId: string): unknown {
  if (!(thrown instanceof UserError)) return thrown;
  const message = `${thrown.message}\nrun ${runId} is kept as it was last saved; nothing more is changed until it goes on`;
  return new UserError(thrown.code, message, `${thrown.fix}; then the same command goes on with the run`, { cause: thrown, exitCode: 75 });
}
