import { Option } from 'commander';
import type { Command } from 'commander';
import { SECOND, sayDuration } from '../../core/duration.ts';
import { UserError } from '../../core/errors.ts';
import type { Answering } from '../../server/answering.ts';
import type { Serving } from '../../server/server.ts';
import type { VerbDeps } from '../deps.ts';
import { complaintOf, printable } from '../process/exit.ts';
import { address } from '../options.ts';

/** Whoever knows it may answer by the page; it is read from the environment and written nowhere. */
export const TOKEN_NAME = 'FIREBREAK_SERVE_TOKEN';
/** Where people reach the page, such as through a proxy. */
const URL_NAME = 'FIREBREAK_PAGE';

export interface PageOptions {
  readonly port: number;
  readonly host: string;
  readonly state: string;
  readonly url?: string;
}

/** `--url`, for what serves the page and what links to it. */
export function urlOption(command: Command, deps: Pick<VerbDeps, 'env'>): Command {
  const option = new Option('--url <address>', `where people reach the page, such as behind a proxy (or ${URL_NAME})`).argParser(address);
  const known = deps.env[URL_NAME];
  return command.addOption(known === undefined || known === '' ? option : option.default(known));
}

/**
 * The token under which answers are taken; null: none is configured, and the page only reads.
 * @throws UserError `token-weak`.
 */
export function serveToken(env: VerbDeps['env']): string | null {
  const token = env[TOKEN_NAME] ?? '';
  if (token === '') return null;
  if (/^[\w~+/.=-]{16,500}$/.test(token)) return token;
  const what = `${TOKEN_NAME} is no token: 16 to 500 letters, digits or ~+/.=_- are`;
  throw new UserError('token-weak', what, 'make one: openssl rand -hex 32');
}

/** An address without a slash at its end. Throws `UserError` `usage-page`: what the environment says was looked at by nobody yet. */
export function pageAddress(url: string): string {
  if (/^https?:\/\/\S+$/.test(url) && URL.canParse(url)) return url.replace(/\/{1,64}$/, '');
  throw new UserError(
    'usage-page',
    `${URL_NAME} is no http(s) address`,
    'set it to the address under which people reach `firebreak serve`',
  );
}

/** Serves the runs of a state, and takes answers where a token is configured. Throws `UserError` of `serveRuns` and `serveToken`. */
export async function servePage({ port, host, state, url }: PageOptions, deps: VerbDeps): Promise<Serving> {
  const token = serveToken(deps.env);
  const [{ serveRuns }, { servedRuns }, { servedAnswers }] = await Promise.all([
    import('../../server/server.ts'),
    import('./served-runs.ts'),
    import('./served-answers.ts'),
  ]);
  const answering: Answering | null = token === null ? null : { answers: servedAnswers(state, deps), token, newId: deps.newId };
  const names = url === undefined ? [] : [new URL(pageAddress(url)).hostname];
  return serveRuns({ runs: servedRuns(state, deps), clock: deps.clock, host, port, names, answering, onFailure: sayOnce(deps) });
}

/** A browser without a script asks anew within 15 s. */
const LAST_PAGES_MS = 20 * SECOND;

interface PageBeside {
  /** After the end of the run, before `close`: who has the page open sees it, for which this waits, until `signal`. Never throws. */
  showEnd(signal: AbortSignal): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/** The page beside a run: whatever is wrong with it is said, and the run goes on without it. null: there is none. */
export async function pageBeside(options: Pick<PageOptions, 'port' | 'state'>, deps: VerbDeps): Promise<PageBeside | null> {
  const without = (thrown: unknown): null => {
    const { what, fix } = complaintOf(thrown);
    deps.stderr.write(`firebreak: the run goes on without its page: ${printable(what)}; ${printable(fix.replace('--port', '--serve'))}\n`);
    return null;
  };
  const serving = await servePage({ ...options, host: '127.0.0.1', ...urlOf(deps.env) }, deps).catch(without);
  if (serving === null) return null;
  const answers = serveToken(deps.env) === null ? 'it only reads' : `answers are taken under ${TOKEN_NAME}`;
  deps.stderr.write(`firebreak: the page of this run is at ${serving.url}; ${answers}\n`);
  return {
    showEnd: (signal) => {
      const words = `the page goes when those who have it open have seen the end, after ${sayDuration(LAST_PAGES_MS)} at the latest`;
      const onWait = (): void => deps.stderr.write(`firebreak: ${words}\n`);
      return serving.lastPages({ withinMs: LAST_PAGES_MS, onWait, signal }).catch(() => {});
    },
    close: () => serving.close().catch(() => {}),
  };
}

function urlOf(env: VerbDeps['env']): Pick<PageOptions, 'url'> {
  const url = env[URL_NAME] ?? '';
  return url === '' ? {} : { url };
}

/** What a reader is not told. The same again and again is said once. */
function sayOnce({ stderr }: VerbDeps): (thrown: unknown) => void {
  let last = '';
  return (thrown) => {
    const { what } = complaintOf(thrown);
    if (what !== last) stderr.write(`firebreak: could not answer: ${printable(what)}\n`);
    last = what;
  };
}
