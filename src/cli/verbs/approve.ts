import { defined } from '../../core/defined.ts';
import { InvalidArgumentError } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { Asked, RunStatus } from '../../ports/store.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { printable } from '../process/exit.ts';
import { waitOption, withCommon, withSelection } from '../options.ts';
import { approval, otherPlan, rejection } from '../runs/operator-commands.ts';
import { painter } from '../process/output.ts';
import { HASH_SHOWN, changesWords, questionLines, shortHash } from '../status/question-text.ts';
import type { SelectedRun } from '../runs/select-run.ts';
import { sendCommand } from '../runs/send-command.ts';
import type { SendCommandOptions } from '../runs/send-command.ts';

interface ApproveOptions extends SendCommandOptions {
  readonly reject?: boolean;
  readonly reason?: string;
  readonly plan?: string;
}

/** `approve`: answers the run's open question with yes, or with no. A yes is bound to the plan that was looked at. */
export const approve: Verb = (program, deps) => {
  withCommon(withSelection(program.command('approve'), deps))
    .description('say yes to what the run asks, or no with --reject')
    .option(
      '--plan <hash>',
      'the plan that was looked at, as `firebreak why` shows it: a yes counts for no other (required without a terminal)',
      planHash,
    )
    .option('--reject', 'say no: the run ends with nothing more changed')
    .option('--reason <text>', 'why not, for the journal and the report')
    .addOption(waitOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: ApproveOptions) => {
      const isYes = options.reject !== true;
      const order = isYes ? approval(deps.user, options.plan) : rejection(deps.user, options.reason, options.plan);
      const confirm = (run: SelectedRun, now: number | null): Promise<void> => confirmYes(run, now, options, deps);
      await sendCommand({ ...order, notice: whatIsAsked, ...(isYes ? { confirm } : {}) }, options, deps);
    });
};

const EXAMPLES = `
At a terminal, the question is shown and asked; elsewhere --plan says which plan was looked at.

Examples:
  firebreak why        # shows what is asked, and the plan's hash
  firebreak approve --plan 1a2b3c4d --wait 30
  firebreak approve --reject --reason "wrong revision"

Exit codes: 0 left for the run, or taken · 2 nothing is asked, or of another plan · 75 not taken within --wait.`;

function planHash(text: string): string {
  if (!/^[0-9a-f]+$/.test(text) || text.length < HASH_SHOWN)
    throw new InvalidArgumentError(`It must be the plan's hash, or at least its first ${HASH_SHOWN} characters.`);
  return text;
}

/** A yes by hand is asked for after the question was shown, and again where the plan was made anew while it was read. */
async function confirmYes(run: SelectedRun, now: number | null, options: ApproveOptions, deps: VerbDeps): Promise<void> {
  const asks = run.status?.asks;
  if (asks === undefined || asks.plan === null || options.plan !== undefined) return;
  if (deps.ask === undefined || options.json === true)
    throw new UserError(
      'plan-needed',
      'a yes must name the plan that was looked at',
      '`firebreak why` shows the plan and its hash; then: firebreak approve --plan HASH',
    );
  const question = questionLines({ ...defined(run.status), asks }, run.store.described, now, painter(deps.stdout, deps.env));
  deps.stdout.write(`${question.join('\n')}\n`);
  const answer = await deps.ask(promptOf(asks));
  if (!/^\s*y(?:es)?\s*$/i.test(answer))
    throw new UserError('not-confirmed', 'nothing was approved', '`firebreak approve --reject` says no');
  const fault = otherPlan(await run.store.readStatus(), asks.plan);
  if (fault !== null) throw new UserError('order-refused', `${run.target}: ${fault.what}`, fault.fix);
}

/** The steps may have left the screen by now: what each answer does, and what no answer takes back, stands in the prompt. */
function promptOf(asks: Asked): string {
  const does = asks.about === 'plan' ? `makes ${changesWords(asks)}` : (asks.yes ?? 'is told to the run, which looks and plans again');
  return `no   sends nothing: the question stays open\n${printable(`yes  ${does}`)}\nSay yes to this? [y/N] `;
}

/** The answer counts for what is shown here: a plan made anew meanwhile is asked about again. */
function whatIsAsked(status: RunStatus | null): readonly string[] {
  const asks = status?.asks;
  if (asks === undefined) return [];
  return [`answers: ${asks.question}${asks.plan === null ? '' : ` (plan ${shortHash(asks.plan)})`}`];
}
