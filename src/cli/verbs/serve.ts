import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { rehearsalsIn } from '../../core/rehearsals.ts';
import { UserError } from '../../core/errors.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { exitOfSignal, printable } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { port, withCommon, withState } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { servedRuns } from '../serving/served-runs.ts';
import { TOKEN_NAME, servePage, serveToken, urlOption } from '../serving/serving.ts';

interface ServeOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly state: string;
  readonly url?: string;
}

/** `serve`: the runs of a store as live pages on a port of this machine, until it is interrupted. */
export const serve: Verb = (program, deps) => {
  urlOption(withCommon(withState(program.command('serve'))), deps)
    .description('show the runs of a store as live pages, by HTTP; takes no lease, and answers only where a token is configured')
    .addOption(new Option('--port <port>', 'port to listen on; 0 takes a free one').argParser(port).default(8080))
    .option('--host <host>', 'address to listen on; whoever reaches it can read everything that it shows', '127.0.0.1')
    .addHelpText('after', `\n${ADDRESSES}\n\n${EXAMPLES}`)
    .action((options: ServeOptions) => act(options, deps));
};

const ADDRESSES = `Addresses:
  /                 all runs and rehearsals with their state, newest first
  /runs/ID          the report of a run; of one at work it renews itself, above it
                    what it asks of a person, with every step and how to answer
  /runs/ID/events   its journal as server-sent events, replayed from Last-Event-ID
  /healthz          200 while the store can be read
  /metrics          for Prometheus: where the runs stand, and the figures of the
                    newest look, which are left out when they are not known
  /health/infrastructure
                    component by component as JSON; 200 when all of it is known
                    to be well, else 503
  POST /runs/ID/approve, reject, hold, resume
                    an answer, with plan, name and reason as fields of a form or
                    of JSON; says what the run took, or why it did not

Reading asks nobody for a password. Answers are taken only where
${TOKEN_NAME} is set: with it as bearer token or in the form of the
page, or with a one-time link (firebreak link). The page speaks plain HTTP:
beyond this machine, put something that speaks TLS before it.`;

const EXAMPLES = `Examples:
  firebreak serve
  firebreak serve --port 0 --state gs://my-bucket/firebreak
  curl -N http://127.0.0.1:8080/runs/ID/events
  curl http://127.0.0.1:8080/health/infrastructure
  curl -H "Authorization: Bearer $FIREBREAK_SERVE_TOKEN" -d plan=1a2b3c4d -d name=ann http://127.0.0.1:8080/runs/ID/approve`;

async function act(options: ServeOptions, deps: VerbDeps): Promise<void> {
  const { state, json } = options;
  const token = serveToken(deps.env);
  if ((await servedRuns(state, deps).list()).length === 0) sayEmpty(state, deps);
  const server = await servePage(options, deps);
  deps.stdout.write(
    json === true
      ? `${JSON.stringify({ listening: server.url, state, takesAnswers: token !== null })}\n`
      : `listening on ${server.url}; ${token === null ? 'it only reads' : `answers are taken under ${TOKEN_NAME}`}\n`,
  );
  const { stoppedBy } = await interruptible(deps, { stopping: 'closing the page', resume: null }, untilAborted);
  await server.close();
  if (stoppedBy !== null) deps.finish(exitOfSignal(stoppedBy));
}

/** A folder that is not there is a slip of the pen; one without a run may get its first one any minute. */
function sayEmpty(state: string, deps: VerbDeps): void {
  if (state === 'memory:')
    throw new UserError('state-unsupported', 'memory: keeps nothing when a command ends', 'use a folder, or gs://BUCKET/PREFIX');
  if (rehearsalsIn(state) !== null && !existsSync(resolve(deps.cwd, state)))
    throw new UserError('state-missing', `there is no folder ${state}`, 'say with --state where runs are kept');
  deps.stderr.write(`firebreak: no run is kept in ${printable(state)} yet\n`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolved) => {
    if (signal.aborted) resolved();
    else signal.addEventListener('abort', () => resolved(), { once: true });
  });
}
