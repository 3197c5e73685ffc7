import { plainLine } from '../../core/outside/plain.ts';
import { FirebreakError, UserError } from '../../core/errors.ts';

/** DESIGN section 11. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  human: 3,
  escalated: 4,
  /** Escalated, and neither a case nor a channel has taken it. */
  unreached: 5,
  bug: 70,
  tryAgain: 75,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** SIGHUP: the terminal is gone, such as when ssh drops. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** An error as the command line says it. */
export interface Complaint {
  readonly exitCode: ExitCode;
  readonly code: string;
  /** What is wrong, in one line. */
  readonly what: string;
  /** Why, in further lines. */
  readonly why: readonly string[];
  readonly fix: string;
}

/** Any thrown value as what the person at the keyboard needs to know. Never a stack trace. */
export function complaintOf(thrown: unknown): Complaint {
  if (thrown instanceof UserError) return complaint(thrown.exitCode, thrown.code, thrown.message, thrown.fix);
  if (thrown instanceof FirebreakError) return ofOurs(thrown);
  const system = systemCode(thrown);
  if (system !== null && UNREACHABLE.has(system)) {
    return complaint(
      EXIT.tryAgain,
      'endpoint-down',
      `the endpoint does not answer (${system})\n${messageOf(thrown)}`,
      'check --endpoint and the network, then run the same command again',
    );
  }
  if (system === 'ENOSPC')
    return complaint(
      EXIT.tryAgain,
      'disk-full',
      `no space is left on the device\n${messageOf(thrown)}`,
      'make room, then run the same command again',
    );
  return bug(messageOf(thrown));
}

/** `firebreak: what`, its reasons and the mend, each further line indented. Ends with a newline. */
export function renderComplaint(said: Complaint): string {
  const lines = [`firebreak: ${said.what}`, ...said.why.map((line) => `  ${line}`), ...(said.fix === '' ? [] : [`  fix: ${said.fix}`])];
  return `${lines.map(printable).join('\n')}\n`;
}

/** The same for programs: one line of JSON. */
export function complaintJson(said: Complaint): string {
  return `${JSON.stringify({ error: { code: said.code, message: [said.what, ...said.why].join('\n'), fix: said.fix } })}\n`;
}

/** Text from elsewhere without the control characters that could steer a terminal. Newlines become spaces. */
export function printable(text: string): string {
  return plainLine(text);
}

/** What a stop by signal exits with: saved, resumable. */
export function exitOfSignal(signal: StopSignal): ExitCode {
  if (signal === 'SIGHUP') return EXIT.hungUp;
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Not every lost lease is in other hands. */
const FENCED: Readonly<Record<string, string>> = {
  'lease-gone': 'what was saved is kept: the same command takes the lease anew and goes on',
  'lease-unwritable': 'mend what is named here, then the same command goes on with the run: what was saved is kept',
  'lease-expired': 'what was saved is kept: the same command takes the lease anew and goes on, unless somebody else has',
};

function ofOurs(error: FirebreakError): Complaint {
  switch (error.kind) {
    case 'transient':
      return complaint(EXIT.tryAgain, error.code, error.message, 'nothing is lost: run the same command again in a moment');
    case 'conflict':
    case 'outcome-unknown':
      return complaint(EXIT.tryAgain, error.code, error.message, 'run the same command again: it looks before it acts');
    case 'fenced':
      return complaint(
        EXIT.tryAgain,
        error.code,
        error.message,
        FENCED[error.code] ?? 'somebody else drives this run now; `firebreak status` says who',
      );
    case 'human':
      return complaint(EXIT.human, error.code, error.message, '`firebreak why` shows the question, and what answers it');
    case 'terminal':
      return complaint(EXIT.failed, error.code, error.message, 'mend what is named here, then run the same command again');
    default:
      return bug(error.message);
  }
}

function bug(message: string): Complaint {
  return complaint(
    EXIT.bug,
    'bug',
    `this is a mistake of Firebreak, not yours\n${message}`,
    'run the same command with --verbose to see the details on stderr; what was saved is as it was',
  );
}

function complaint(exitCode: ExitCode, code: string, message: string, fix: string): Complaint {
  const [what, ...why] = message.split('\n').filter((line) => line.trim() !== '');
  return { exitCode, code, what: what ?? code, why, fix };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}

/** The `code` of a Node error, also where an AggregateError or a cause hides it. */
function systemCode(thrown: unknown): string | null {
  let error = thrown;
  for (let depth = 0; depth < 4 && error instanceof Error; depth += 1) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return null;
}
