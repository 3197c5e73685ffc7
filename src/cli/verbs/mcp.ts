import type { CliDeps, Verb, VerbDeps } from '../deps.ts';
import { EXIT, exitOfSignal, printable } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import type { ToolPlace } from '../mcp/tools.ts';
import { DEFAULT_DOCUMENT, withEndpoint, withState } from '../options.ts';

/** No message of a client is longer; a longer one ends the connection. */
const LONGEST_MESSAGE = 1_024 * 1_024;

/** `mcp`: the reading verbs as tools for an assistant, over standard input and output. `verbs`: those behind the tools; none begins a run. */
export function mcp(verbs: readonly Verb[]): Verb {
  return (program, deps) => {
    withEndpoint(withState(program.command('mcp')))
      .description('the reading verbs as tools for an assistant (Model Context Protocol, over standard input and output)')
      .option('-f, --file <file>', 'the Remediation document, YAML or JSON', DEFAULT_DOCUMENT)
      .option('--clock <url>', 'the simulator whose time is followed')
      .addHelpText('after', TEXT)
      .action((options: ToolPlace) => act(options, deps, verbs));
  };
}

const TEXT = `
Tools: status, why, runs, report (what the state keeps), plan, diagnose, capacity (a look at the environment, through the same guard
that refuses every write), hold (stops all writing; signed mcp:CLIENT), approve (shows a person the one-time link of the page; needs
FIREBREAK_SERVE_TOKEN and FIREBREAK_PAGE, and approves nothing by itself). None begins, resumes or rolls back a run, and where they
act is said here, not by the client.

Example, as most clients are configured:
  { "mcpServers": { "firebreak": { "command": "firebreak",
      "args": ["mcp", "-f", "remediation.yaml", "--state", "gs://my-bucket/firebreak"] } } }`;

async function act(place: ToolPlace, deps: VerbDeps, verbs: readonly Verb[]): Promise<void> {
  const words = { stopping: 'closing the connection', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, (signal) => untilClosed(place, deps, verbs, signal));
  if (stoppedBy !== null) deps.finish(exitOfSignal(stoppedBy));
  else if (value === 'too-long') deps.finish(EXIT.usage);
}

/** Answers until the client closes its end, says something too long, or `signal`. */
async function untilClosed(place: ToolPlace, deps: CliDeps, verbs: readonly Verb[], signal: AbortSignal): Promise<'closed' | 'too-long'> {
  const [{ StdioServerTransport, serveStdio }, { mcpServer }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('../mcp/server.ts'),
  ]);
  const over = new AbortController();
  const closed = Promise.withResolvers<'closed' | 'too-long'>();
  let wasTooLong = false;
  class Line extends StdioServerTransport {
    override async close(): Promise<void> {
      await super.close();
      over.abort();
      closed.resolve(wasTooLong ? 'too-long' : 'closed');
    }
  }
  const onerror = (error: Error): void => {
    wasTooLong ||= error.message.includes('exceeded maximum size');
    deps.stderr.write(`firebreak: mcp: ${printable(error.message).slice(0, 300)}\n`);
  };
  const transport = new Line(process.stdin, process.stdout, { maxBufferSize: LONGEST_MESSAGE });
  const handle = serveStdio(() => mcpServer({ place, deps, verbs, signal: AbortSignal.any([signal, over.signal]) }), {
    transport,
    onerror,
  });
  signal.addEventListener('abort', () => void handle.close(), { once: true });
  return closed.promise;
}
