import type { RunStatus } from '../../ports/store.ts';
import { idsInWords } from '../../steps/index.ts';
import type { Verb } from '../deps.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { oneLine, sendCommand } from '../runs/send-command.ts';
import type { SendCommandOptions } from '../runs/send-command.ts';

/** `skip`: one step of the plan is left out, or no longer waited for. */
export const skip: Verb = (program, deps) => {
  withCommon(withSelection(program.command('skip'), deps))
    .description('leave one step of the plan out, or stop waiting for it; what depends on it is still checked')
    .argument('<step>', idsInWords())
    .requiredOption('--reason <text>', 'why, for the journal and the report (required)')
    .addOption(waitOption())
    .addHelpText('after', '\nExample:\n  firebreak skip deploy:netra-backend-staging --reason "the old one is fine" --wait 30')
    .action(async (step: string, options: SendCommandOptions & { readonly reason: string }) => {
      const event = { type: 'SKIP', by: deps.user, step, reason: oneLine(options.reason, 'no reason given') };
      await sendCommand({ event, refuse: (status) => notToSkip(step, status) }, options, deps);
    });
};

function notToSkip(step: string, status: RunStatus | null): { readonly what: string; readonly fix: string } | null {
  const steps = status?.plan?.steps ?? [];
  if (steps.length === 0)
    return {
      what: 'there is no plan yet, so there is no step to skip',
      fix: 'try again when `firebreak status` shows one; or begin with run --from',
    };
  const open = steps.filter(({ state }) => state === 'to do' || state === 'in hand').map(({ id }) => id);
  if (open.includes(step)) return null;
  const found = steps.find(({ id }) => id === step);
  return {
    what: found === undefined ? `${step} is not a step of the plan` : `${step} cannot be skipped any more: ${found.state}`,
    fix: open.length === 0 ? 'no step is left' : `skip one of ${open.join(', ')}`,
  };
}
