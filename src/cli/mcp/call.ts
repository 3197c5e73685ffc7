import type { CliDeps, Output, Verb } from '../deps.ts';
import { runCli } from '../program.ts';
import type { ToolPlace } from './tools.ts';

/** What a verb said to a program: its one object of `--json`, and whether that is an error. */
export interface Called {
  readonly object: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

/** What the tools of one connection share. */
export interface McpDeps {
  readonly place: ToolPlace;
  readonly deps: CliDeps;
  /** The verbs behind the tools, of which none can begin a run. */
  readonly verbs: readonly Verb[];
  readonly signal: AbortSignal;
}

/** A report of eight hours has half a megabyte. */
const LONGEST = 8 * 1_024 * 1_024;

/**
 * Runs one verb of the command line inside this process, as if it had been typed with `--json` where nobody can be asked. It stops at
 * `signal` as at a SIGTERM. Never throws.
 */
export async function callVerb(argv: readonly string[], deps: CliDeps, verbs: readonly Verb[], signal: AbortSignal): Promise<Called> {
  const { ask: _, watchLoop: __, ...rest } = deps;
  const out: string[] = [];
  let length = 0;
  const heard = (text: string): void => {
    length += text.length;
    if (length <= LONGEST) out.push(text);
  };
  const output = (write: Output['write']): Output => ({ write, isTTY: false, columns: 80 });
  const onSignal: CliDeps['onSignal'] = (listener) => {
    const stop = (): void => listener('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    return () => signal.removeEventListener('abort', stop);
  };
  // The verb itself ends; the process is not its own.
  const own = { ...rest, stdout: output(heard), stderr: output(() => {}), onSignal, exitNow: () => {} };
  const [verb = '', ...words] = argv;
  await runCli([verb, '--json', ...words], own, verbs);
  if (length > LONGEST) return failed('too-long', `the answer is longer than ${LONGEST} characters`);
  return objectIn(out.join(''));
}

export function failed(code: string, message: string, fix = ''): Called {
  return { object: { error: { code, message, fix } }, isError: true };
}

function objectIn(text: string): Called {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { object: { ...value }, isError: 'error' in value };
  } catch {
    // Told below: a verb that was stopped has said nothing.
  }
  return failed('stopped', 'it was stopped before it had an answer', 'ask again');
}
