import { defined } from '../../core/defined.ts';
import { Argument, InvalidArgumentError } from 'commander';
import { MINUTE, sayDuration } from '../../core/duration.ts';
import { UserError } from '../../core/errors.ts';
import type { AnswerKind } from '../../server/links.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { withCommon, withSelection } from '../options.ts';
import type { CommonOptions, SelectOptions } from '../options.ts';
import { printResult, sayInstant } from '../process/output.ts';
import { approval, holding, resumption } from '../runs/operator-commands.ts';
import { recordedClock, selectRun } from '../runs/select-run.ts';
import type { SelectedRun } from '../runs/select-run.ts';
import { TOKEN_NAME, pageAddress, serveToken, urlOption } from '../serving/serving.ts';
import { refuse } from '../runs/send-command.ts';

interface LinkOptions extends CommonOptions, SelectOptions {
  readonly url?: string;
  readonly for: number;
}

const KINDS = ['approve', 'hold', 'resume'] as const;

/** `link`: an address by which somebody without a shell can answer once. It lies in no store: whoever makes it hands it on. */
export const link: Verb = (program, deps) => {
  urlOption(withCommon(withSelection(program.command('link'), deps)), deps)
    .description('print a one-time link to the page of `serve`, with which somebody can answer this run once')
    .addArgument(new Argument('<what>', 'what it lets its holder say; approve: yes or no to what is asked now').choices(KINDS))
    .option('--for <minutes>', 'how long it counts; that of a question no longer than the question', minutes, 60)
    .addHelpText('after', TEXT)
    .action((what: (typeof KINDS)[number], options: LinkOptions) => act(what, options, deps));
};

const TEXT = `
Needs the token of the page in ${TOKEN_NAME}, the same as \`serve\`; the link is bound to the run, to what is asked now and to its
time, and counts once. Opening it only shows; a button answers.

Examples:
  firebreak link approve --url https://firebreak.example.com
  firebreak link hold --for 480 --target issue-1278 --url https://firebreak.example.com`;

function minutes(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1_440)
    throw new InvalidArgumentError('It must be a whole number of minutes, from 1 to 1440.');
  return Number(text);
}

async function act(kind: (typeof KINDS)[number], options: LinkOptions, deps: VerbDeps): Promise<void> {
  const { url, json } = options;
  const token = serveToken(deps.env);
  if (token === null)
    throw new UserError(
      'token-missing',
      `links are made under ${TOKEN_NAME}, which is not set`,
      `set ${TOKEN_NAME} as for firebreak serve`,
    );
  if (url === undefined)
    throw new UserError('url-missing', 'it is not known where people reach the page', 'say it with --url https://HOST');
  const run = await selectRun(options, deps);
  const [{ subjectOf }, { linkOrder, writeLink }] = await Promise.all([
    import('../../report/answer-validity.ts'),
    import('../../server/links.ts'),
  ]);
  refuse(orderOf(kind, deps.user), run);
  const runId = run.record?.runId ?? defined(run.status).runId;
  const asks = run.status?.asks;
  const terms = {
    runId,
    kind: kind satisfies AnswerKind,
    about: kind === 'approve' && asks !== undefined ? subjectOf(asks) : '',
    expiresAt: expiryOf(kind, options, run, deps),
    nonce: deps.newId().replaceAll('-', ''),
  };
  const address = `${pageAddress(url)}/runs/${encodeURIComponent(runId)}/answer/${writeLink(terms, token)}`;
  const until = new Date(terms.expiresAt).toISOString();
  deps.stderr.write(`firebreak: counts once, until ${sayInstant(terms.expiresAt, null)}: whoever has it can answer\n`);
  const result = { url: address, runId, what: kind, about: terms.about, order: linkOrder(terms), expiresAt: until };
  printResult(deps.stdout, json === true, result, [address]);
}

function orderOf(kind: (typeof KINDS)[number], by: string): Parameters<typeof refuse>[0] {
  if (kind === 'approve') return approval(by);
  return kind === 'hold' ? holding(by, undefined) : resumption(by, false);
}

/** The deadline of a question is an instant of the run's clock: only where that is ours can the two be compared. */
function expiryOf(kind: AnswerKind, options: LinkOptions, run: SelectedRun, { clock }: VerbDeps): number {
  const latest = clock.now() + options.for * MINUTE;
  const until = Date.parse((kind === 'approve' ? run.status?.asks?.until : null) ?? '');
  if (Number.isNaN(until) || typeof recordedClock(run) === 'string') return latest;
  if (until - clock.now() < MINUTE)
    throw new UserError('too-late', `the question ends in less than ${sayDuration(MINUTE)}`, '`firebreak approve` answers it here and now');
  return Math.min(latest, until);
}
