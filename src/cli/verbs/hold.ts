import type { Verb, VerbDeps } from '../deps.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { holding } from '../runs/operator-commands.ts';
import { printResult } from '../process/output.ts';
import { selectTarget, timeOfRun } from '../runs/select-run.ts';
import type { SelectedRun } from '../runs/select-run.ts';
import { oneLine, sendCommand } from '../runs/send-command.ts';
import type { SendCommandOptions } from '../runs/send-command.ts';

/** `hold`: no write until a human says go on; on a target that no run is at work on, it stands for the next ones. */
export const hold: Verb = (program, deps) => {
  withCommon(withSelection(program.command('hold'), deps))
    .description('stop writing until `resume`; looking and the escalation clock go on. With no run at work, the next one is held at once')
    .option('--reason <text>', 'why, for the journal and the report')
    .addOption(waitOption())
    .addHelpText(
      'after',
      '\nExamples:\n  firebreak hold --reason "I am looking at the connector" --wait 30\n  firebreak hold -f remediation.yaml --reason "no changes today"',
    )
    .action(async (options: SendCommandOptions & { readonly reason?: string }) => {
      const meant = await selectTarget(options, deps);
      if (isIdle(meant))
        return standing(meant, { type: 'HOLD', by: deps.user, reason: oneLine(options.reason, 'no reason given') }, options, deps);
      await sendCommand(holding(deps.user, options.reason), options, deps);
    });
};

/** No run, or one that has ended. */
export function isIdle({ record, status }: Pick<SelectedRun, 'record' | 'status'>): boolean {
  return record === null ? status === null || status.outcome !== null : record.ended !== null;
}

async function standing(
  run: SelectedRun,
  event: { readonly type: string; readonly by: string; readonly reason: string },
  options: SendCommandOptions,
  deps: VerbDeps,
): Promise<void> {
  const { target, store } = run;
  const { now } = await timeOfRun(options, run, deps);
  const command = { id: deps.newId(), at: now ?? deps.clock.now(), by: deps.user, event: { ...event, standing: true } };
  await store.sendCommand(command);
  const words = `HOLD for ${target}: stands. No run is at work; every run that begins is held at once, until \`firebreak resume\``;
  printResult(deps.stdout, options.json === true, { target, runId: null, command: { id: command.id, ...command.event }, standing: true }, [
    words,
  ]);
}
