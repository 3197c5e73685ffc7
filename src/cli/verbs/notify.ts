import { messageOf } from '../../controller/message.ts';
import { tryChannels } from '../../controller/try-channels.ts';
import type { Tried } from '../../controller/try-channels.ts';
import { UserError } from '../../core/errors.ts';
import type { Message } from '../../core/model/message.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, exitOfSignal, printable } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { messagesText } from '../status/messages-text.ts';
import { withCommon, withDocument, withState } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { painter, printResult } from '../process/output.ts';
import { reachOf } from '../reach.ts';

export type NotifyComposition = () => Promise<typeof import('../../composition/notify.ts')>;

interface NotifyOptions extends CommonOptions {
  readonly file: string;
  readonly state: string;
  readonly test?: boolean;
  readonly dryRun?: boolean;
}

/** `notify`: tries the channels of the document. */
export function notify(composition: NotifyComposition): Verb {
  return (program, deps) => {
    withCommon(withState(withDocument(program.command('notify'))))
      .description('try the channels of the document: one test message by each, and whether it arrived')
      .option('--test', 'send the test message (required: people will see it)')
      .option('--dry-run', 'print what would be sent; nothing is')
      .addHelpText('after', EXAMPLES)
      .action((options: NotifyOptions) => act(options, deps, composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak notify --test --dry-run
  firebreak notify --test -f remediation.yaml

Slack, Google Chat, GitHub and webhooks get a message that says that it is a test; PagerDuty a change event, which pages nobody.
Labels of the tracking issue are not touched. Slack and GitHub are read as well: that is how a crash repeats nothing.
Exit codes: 0 every channel has it · 1 at least one has not, and why is said · 2 no channel, or a mistake in the document.`;

async function act(options: NotifyOptions, deps: VerbDeps, composition: NotifyComposition): Promise<void> {
  if (options.test !== true)
    throw new UserError(
      'usage',
      '`firebreak notify` sends a message that people will see',
      'add --test to send it, and --dry-run to only look at it',
    );
  const { spec } = await loadDocument(options.file, deps);
  const { openChannels, rehearseChannels } = await composition();
  const message = testMessage(spec, options.state, deps);
  const words = { stopping: 'no further message is sent', resume: null };
  if (options.dryRun === true) {
    const { channels, delivered } = rehearseChannels(spec.communication);
    requireSome(channels.length, options.file);
    const { stoppedBy } = await interruptible(deps, words, (signal) => tryChannels(channels, message, signal));
    if (stoppedBy !== null) return deps.finish(exitOfSignal(stoppedBy));
    const lines = [messagesText(delivered), 'Nothing was sent.'];
    return printResult(deps.stdout, options.json === true, { dryRun: true, messages: delivered }, lines);
  }
  const channels = openChannels(spec.communication);
  requireSome(channels.length, options.file);
  const { value, stoppedBy } = await interruptible(deps, words, (signal) => tryChannels(channels, message, signal));
  if (value === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  const lines = value.flatMap((one) => linesOf(one, deps));
  printResult(deps.stdout, options.json === true, { dryRun: false, tried: value }, lines);
  deps.finish(value.every(({ arrived, problem }) => arrived && problem === undefined) ? EXIT.ok : EXIT.failed);
}

function requireSome(count: number, file: string): void {
  if (count > 0) return;
  throw new UserError(
    'no-channels',
    `${file} names no channel: only the journal would be told`,
    'add one under spec.communication: slack, googleChat, pagerDuty, github, signedWebhooks or webhooks (deploy/reference.md)',
  );
}

function linesOf({ channel, arrived, what, problem }: Tried, deps: VerbDeps): readonly string[] {
  const paint = painter(deps.stdout, deps.env);
  const mark = arrived ? (problem === undefined ? paint('green', 'ok    ') : paint('yellow', 'partly')) : paint('red', 'FAILED');
  return [`${mark} ${channel}: ${printable(what)}`, ...(problem === undefined ? [] : [`       ${printable(problem)}`])];
}

function testMessage(spec: RemediationSpec, state: string, deps: VerbDeps): Message {
  const at = deps.clock.now();
  const saying = {
    no: 1,
    kind: 'test' as const,
    at,
    environment: `${spec.name} (${spec.project}, ${spec.region})`,
    happened: `this is a test by ${deps.user}: the channel works, and nothing has happened.`,
    why: '',
    next: 'nothing: no run speaks here because of this.',
    nextBy: null,
    standing: 'underway' as const,
    needsPerson: false,
    causes: [],
    changes: [],
  };
  const runId = `firebreak-test-${deps.newId().slice(0, 8)}`;
  return { ...messageOf({ runId, reach: reachOf(spec, { state }, deps) }, saying, { isLate: false, lost: 0 }), page: null, commands: [] };
}
