import { UserError } from '../../core/errors.ts';
import type { RunStatus } from '../../ports/store.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { printable } from '../process/exit.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { oneLine, sendCommand } from '../runs/send-command.ts';
import type { OperatorCommand, Refusal, SendCommandOptions } from '../runs/send-command.ts';

/** `rollback`: all traffic goes back to where it was before the run, newest change first, and is watched for a while. */
export const rollback: Verb = (program, deps) => {
  withCommon(withSelection(program.command('rollback'), deps))
    .description('put all traffic back as it was before the run, newest change first, verified; says first what that is and what stays')
    .option('--reason <text>', 'why, for the journal and the report')
    .option('--yes', 'do not ask: required without a terminal')
    .addOption(waitOption())
    .addHelpText(
      'after',
      '\nExample:\n  firebreak rollback --reason "worse than before" --wait 30\n  firebreak rollback --yes --json     # in a script',
    )
    .action(async (options: RollbackOptions) => {
      const event = { type: 'ROLLBACK', by: deps.user, reason: oneLine(options.reason, 'no reason given') };
      await sendCommand({ event, refuse: nothingToPutBack, ...asking(options, deps) }, options, deps);
    });
};

interface RollbackOptions extends SendCommandOptions {
  readonly reason?: string;
  readonly yes?: boolean;
}

/** It moves users at once: a person at a terminal sees first what it does, and says yes; a script says so with --yes. */
function asking(options: RollbackOptions, deps: VerbDeps): Pick<OperatorCommand, 'confirm' | 'notice'> {
  if (options.yes === true) return { notice: whatWillBe };
  return { confirm: ({ status }) => confirm(status, options.json === true ? undefined : deps.ask, deps) };
}

async function confirm(status: RunStatus | null, ask: VerbDeps['ask'], { stderr }: Pick<VerbDeps, 'stderr'>): Promise<void> {
  if (ask === undefined)
    throw new UserError(
      'not-confirmed',
      'a rollback moves users at once, and nobody can be asked here',
      'add --yes: firebreak rollback --yes',
    );
  for (const line of whatWillBe(status)) stderr.write(`${printable(line)}\n`);
  const back = status?.rollback?.back.length;
  const what =
    back === undefined ? 'puts back all traffic that the run has moved' : `puts back ${back} ${back === 1 ? 'service' : 'services'}`;
  const stays = oneWayWords(status).length;
  const oneWay =
    stays === 0 ? '' : `; ${stays} ${stays === 1 ? 'change' : 'changes'} CANNOT BE UNDONE and ${stays === 1 ? 'stays' : 'stay'}`;
  const answer = await ask(`no   sends nothing\nyes  ${what}, watches it, and ends the run${oneWay}\nRoll back? [y/N] `);
  if (/^\s*y(?:es)?\s*$/i.test(answer)) return;
  throw new UserError(
    'not-confirmed',
    'nothing was rolled back',
    '`firebreak why` says how the run stands; `firebreak hold` stops its writes',
  );
}

function nothingToPutBack(status: RunStatus | null): Refusal | null {
  if (status === null) return null;
  const { changes = [], rollback } = status;
  if (changes.length > 0 && (rollback === undefined || rollback.back.length > 0)) return null;
  const stays = [...leftWords(status), ...oneWayWords(status)];
  const what =
    changes.length === 0
      ? 'the run has changed nothing, so nothing can be put back'
      : `nothing can be put back: ${stays.join('; ') || 'no traffic was moved'}`;
  return { what, fix: '`firebreak abort` ends the run with everything as it is now' };
}

/** Service by service, as the run would do it at this moment. */
function whatWillBe(status: RunStatus | null): readonly string[] {
  if (status === null) return [];
  return [
    ...(status.rollback?.mind ?? []),
    ...(status.rollback?.back ?? []).map(({ service, traffic }) => `will be put back: ${service} to ${traffic}`),
    ...leftWords(status).map((words) => `stays as it is: ${words}`),
    ...oneWayWords(status).map((title) => `cannot be undone: ${title}`),
  ];
}

function leftWords({ rollback }: RunStatus): readonly string[] {
  return (rollback?.left ?? []).map(({ service, why }) => `${service}: ${why}`);
}

function oneWayWords(status: RunStatus | null): readonly string[] {
  return (status?.changes ?? []).filter(({ irreversible }) => irreversible).map(({ title }) => title);
}
