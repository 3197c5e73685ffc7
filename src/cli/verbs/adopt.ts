import type { RunStatus } from '../../ports/store.ts';
import type { Verb } from '../deps.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { isHeld, sendCommand } from '../runs/send-command.ts';
import type { Refusal, SendCommandOptions } from '../runs/send-command.ts';

interface AdoptOptions extends SendCommandOptions {
  readonly from?: string;
}

/** `adopt`: a change that was not ours is right; go on from there. */
export const adopt: Verb = (program, deps) => {
  withCommon(withSelection(program.command('adopt'), deps))
    .description(
      'accept the change that somebody else made, and plan again from there; what they changed is not changed again without a yes',
    )
    .option('--from <actor>', 'accept what this actor changes from now on, too, for as long as this run lasts')
    .addOption(waitOption())
    .addHelpText(
      'after',
      '\nExample:\n  firebreak why        # shows the change that holds the run\n  firebreak adopt --wait 30\n  firebreak adopt --from deployer@my-project.iam.gserviceaccount.com   # a pipeline that deploys again and again',
    )
    .action(async ({ from, ...options }: AdoptOptions) => {
      const event = { type: 'ADOPT', by: deps.user, ...(from === undefined ? {} : { from }) };
      await sendCommand({ event, refuse: nothingToAdopt }, options, deps);
    });
};

/** Only a change by somebody else can be adopted: a hold that a human asked for, and nothing else, is resumed. */
function nothingToAdopt(status: RunStatus | null): Refusal | null {
  if (status === null) return null;
  if (!isHeld(status))
    return { what: 'no change of somebody else holds the run, so there is nothing to adopt', fix: '`firebreak why` says what it is doing' };
  const isChange = status.asks?.about === undefined ? status.asks !== undefined : status.asks.about === 'change';
  if (isChange) return null;
  return {
    what: 'a human holds the run, and nothing was changed by somebody else, so there is nothing to adopt',
    fix: '`firebreak resume` lets it go on, `firebreak why` says why it is held',
  };
}
