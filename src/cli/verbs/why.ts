import { defined } from '../../core/defined.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { keptReport } from '../reports/kept-report.ts';
import { withCommon, withSelection } from '../options.ts';
import type { CommonOptions, SelectOptions } from '../options.ts';
import { painter, printResult, widthOf } from '../process/output.ts';
import { foreignChangeOf } from '../progress/progress-text.ts';
import { isDriven, outcomeOf, selectRun, timeOfRun } from '../runs/select-run.ts';
import { standingOf } from '../status/standing-text.ts';
import { whyLines } from '../status/status-text.ts';

interface WhyOptions extends CommonOptions, SelectOptions {
  readonly catchUp?: boolean;
}

/** `why`: why the run does what it does, and not what one might expect. */
export const why: Verb = (program, deps) => {
  withCommon(withSelection(program.command('why'), deps))
    .description('why the run does what it does, why not something else, what it asks, who drives it, and what led here')
    .option('--catch-up', 'the story so far for whoever joins late, in at most ten lines, each with its time')
    .addHelpText('after', '\nExamples:\n  firebreak why --target issue-1278\n  firebreak why --catch-up')
    .action(async (options: WhyOptions) => {
      if (options.catchUp === true) return tellStory(options, deps);
      const run = await selectRun(options, deps);
      const runId = run.record?.runId ?? run.status?.runId;
      const journal = runId === undefined ? [] : await run.store.readJournal(runId);
      const { status, lease, record } = run;
      const { journalDamage } = await import('../runs/journal-damage.ts');
      const damage = journalDamage(journal, record);
      const time = await timeOfRun(options, run, deps);
      const result = {
        target: run.target,
        outcome: outcomeOf(run),
        driven: isDriven(run, time.now),
        driver: lease?.owner.described ?? null,
        lastWordAt: status?.at ?? null,
        phase: status?.phase ?? null,
        why: status?.why ?? null,
        whyNot: status?.whyNot ?? null,
        asks: status?.asks ?? null,
        waiting: status?.waiting ?? [],
        lastError: status?.lastError ?? null,
        journalDamage: damage,
        lately: journal.filter((line) => line.kind !== 'tick' || foreignChangeOf(line) !== null).slice(-8),
      };
      const said = whyLines(run, journal, time, painter(deps.stdout, deps.env));
      const warning = damage === null ? [] : [`THE JOURNAL OF THIS RUN IS DAMAGED (${damage}): what it led to may be told incompletely`];
      printResult(deps.stdout, options.json === true, result, [...warning, ...said]);
    });
};

/** From what the store keeps, by reading alone. */
async function tellStory(options: WhyOptions, deps: VerbDeps): Promise<void> {
  const run = await selectRun(options, deps);
  const time = await timeOfRun(options, run, deps);
  const { catchUp, catchUpLines } = await import('../status/catch-up.ts');
  const kept = await keptReport(run.store, run.record?.runId ?? defined(run.status).runId);
  const isAtWork = outcomeOf(run) === null;
  const driven = isAtWork ? isDriven(run, time.now) : null;
  const rows = catchUp(run, { ...kept, status: isAtWork ? run.status : null, driven, state: options.state }, time, options);
  const result = { target: run.target, standing: standingOf(run, time.now), story: rows };
  printResult(deps.stdout, options.json === true, result, catchUpLines(rows, widthOf(deps.stdout)));
}
