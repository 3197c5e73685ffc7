import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { DEFAULT_DOCUMENT, DEFAULT_STATE } from '../core/commands.ts';
import { UserError } from '../core/errors.ts';
import type { VerbDeps } from './deps.ts';

/** Options that several verbs share, spelled once. `deps` need not be known here: these only parse. */
export { DEFAULT_DOCUMENT };

export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export interface SelectOptions {
  readonly file?: string;
  readonly state: string;
  readonly target?: string;
  readonly endpoint?: string;
  readonly clock?: string;
}

/** What every verb has. `--plain` is heard before the verb is known (`runCli`). */
export function withCommon(command: Command): Command {
  return command
    .option('--json', 'print one JSON object on stdout: the result, or {"error": {code, message, fix}}')
    .option('--verbose', 'logs and details of errors on stderr')
    .option('--plain', 'plain lines: no colours, nothing drawn anew in place; the same as FIREBREAK_PLAIN=1');
}

/** `--details`, for verbs that begin with the lines that decide. */
export function withDetails(command: Command): Command {
  return command.option('--details', 'also what it rests on: evidence, figures, diffs and commands');
}

/** `-f FILE`, for verbs that need the whole document. */
export function withDocument(command: Command): Command {
  return command.addOption(
    new Option('-f, --file <file>', 'the Remediation document, YAML or JSON').default(DEFAULT_DOCUMENT).env('FIREBREAK_FILE'),
  );
}

/** `--state`, for verbs that keep or read a run. */
export function withState(command: Command): Command {
  return command.addOption(
    new Option('--state <place>', 'where runs are kept: a folder, or gs://BUCKET/PREFIX')
      .argParser(place)
      .default(DEFAULT_STATE)
      .env('FIREBREAK_STATE'),
  );
}

/** `--world`, for verbs that play an incident in the simulator. */
export function worldOption(...others: string[]): Option {
  return new Option(
    '--world <file>',
    'a world of your own, such as deploy/examples/notes/world.yaml: a scenario, or what it holds under `world`',
  ).conflicts(others);
}

/** `--break`, a fault laid over the world. */
export function breakOption(): Option {
  return new Option('--break <fault>', 'lay a fault over the world: KIND or KIND:WHAT; `list` shows those that it can meet').conflicts([
    'all',
  ]);
}

/** A scenario's name beside a world of one's own: only one of the two can be played. */
export function refuseBoth(names: readonly string[], world: string | undefined): void {
  if (world === undefined || names.length === 0) return;
  throw new UserError('usage', `both a scenario (${names.join(', ')}) and --world are given`, 'leave one of them out');
}

/** `--endpoint`, for verbs that talk to Google Cloud. */
export function withEndpoint(command: Command): Command {
  return withToken(
    command.addOption(endpointOption('talk to this address instead of Google Cloud, such as a simulator’s http://127.0.0.1:PORT')),
  );
}

function endpointOption(description: string): Option {
  return new Option('--endpoint <url>', description).argParser(address).env('FIREBREAK_ENDPOINT');
}

/** A token is for Google: any other address gets none unless the person says so in as many words. */
function withToken(command: Command): Command {
  return command.addOption(
    new Option('--endpoint-gets-credentials', 'send your Google token to --endpoint though it is not a host of googleapis.com').hideHelp(),
  );
}

interface EndpointOptions {
  readonly endpoint?: string;
  readonly endpointGetsCredentials?: boolean;
}

/** Which world is spoken to, and whether it gets a token that is not Google's. */
export function endpointOf({ endpoint, endpointGetsCredentials }: EndpointOptions): {
  readonly endpoint: string | null;
  readonly endpointGetsCredentials: boolean;
} {
  return { endpoint: endpoint ?? null, endpointGetsCredentials: endpointGetsCredentials === true };
}

/**
 * `--clock`, for verbs that look at a world. A simulator on this machine that is given with --endpoint keeps a time of its own:
 * by ours its figures would be years old, and another diagnosis would come out. So its clock is followed, and that is said.
 */
export function withClock(command: Command, deps: Pick<VerbDeps, 'followClock' | 'stderr'>): Command {
  return command
    .option(
      '--clock <url>',
      'take the time from a simulator (loopback only), and join it where it is in lock-step; that of --endpoint by itself',
      address,
    )
    .hook('preAction', async (_, verb) => {
      const { endpoint, clock } = verb.opts<{ endpoint?: string; clock?: string }>();
      if (endpoint === undefined || clock !== undefined || deps.followClock === undefined) return;
      if (!(await deps.followClock(endpoint).then(() => true, isUserError))) return;
      verb.setOptionValueWithSource('clock', endpoint, 'implied');
      deps.stderr.write(`firebreak: the simulator at ${endpoint} keeps its own time, which is followed (--clock ${endpoint})\n`);
    });
}

/** No simulator, or none on this machine: then it is in real time like everybody else. */
function isUserError(thrown: unknown): false {
  if (thrown instanceof UserError) return false;
  throw thrown;
}

/** Which run is meant, for verbs that steer or show one from another shell. */
export function withSelection(command: Command, deps: Pick<VerbDeps, 'followClock'>): Command {
  const selecting = withToken(
    withState(command)
      .option('-f, --file <file>', 'the Remediation document whose run is meant')
      .option('--target <target>', 'the run that is meant: PROJECT/REGION/NAME, or its last part')
      .addOption(endpointOption('for a gs:// state: ask this address instead of Google Cloud')),
  );
  return deps.followClock === undefined
    ? selecting
    : selecting.option('--clock <url>', 'the simulator whose time the run follows', address);
}

/** `--wait SECONDS`. */
export function waitOption(): Option {
  return new Option('--wait <seconds>', 'wait until the run has taken it, at most this long').argParser(seconds);
}

/** An absolute http(s) address without path, query or credentials. */
export function address(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new InvalidArgumentError('It must be an absolute http(s) address.');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new InvalidArgumentError('It must be an address alone, without credentials or query.');
  return text.replace(/\/{1,64}$/, '');
}

/** A folder, `gs://…` or (for rehearsals) `memory:`. What looks like another kind of place would silently become a folder of that name. */
function place(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must name a place, and it is empty.');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || text.startsWith('gs://') || text === 'memory:') return text;
  throw new InvalidArgumentError(
    `It must be a folder or gs://BUCKET/PREFIX; ${scheme}: is not supported (a folder of that name: ./${text}).`,
  );
}

/** A port; 0 lets the system choose. */
export function port(text: string): number {
  const value = whole(text);
  if (value === null || value > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return value;
}

/** A seed of chance. */
export function seed(text: string): number {
  const value = whole(text);
  if (value === null) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** A factor above 0. */
export function speed(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || value <= 0 || value > 100_000)
    throw new InvalidArgumentError('It must be a number above 0, such as 60.');
  return value;
}

function seconds(text: string): number {
  const value = whole(text);
  if (value === null || value > 86_400) throw new InvalidArgumentError('It must be a whole number of seconds, at most 86400.');
  return value;
}

function whole(text: string): number | null {
  const value = Number(text);
  return /^\d{1,15}$/.test(text) ? value : null;
}
