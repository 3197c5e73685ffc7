import { defined } from '../core/defined.ts';
import { Command, CommanderError } from 'commander';
import { completed } from '../core/commands.ts';
import type { Place } from '../core/commands.ts';
import { plainOutput } from './process/output.ts';
import { Meant, printedWhole } from './place.ts';
import type { CliDeps, Output, Verb, VerbDeps } from './deps.ts';
import { EXIT, complaintJson, complaintOf, renderComplaint } from './process/exit.ts';
import type { Complaint, ExitCode } from './process/exit.ts';

/**
 * Runs one command line and says with which code to exit. Never throws. Errors are said once, on stderr; with `--json` the
 * same error is also the one JSON object on stdout, so that a program always finds exactly one object there.
 */
export async function runCli(argv: readonly string[], given: CliDeps, verbs: readonly Verb[]): Promise<ExitCode> {
  const meant = new Meant();
  const env = asked('--plain', argv) ? { ...given.env, FIREBREAK_PLAIN: '1' } : given.env;
  const whole = (output: Output): Output => plainOutput(output, env, (text) => printedWhole(text, meant.place));
  const deps = { ...given, env, stdout: whole(given.stdout), stderr: whole(given.stderr), meant };
  let code: ExitCode = EXIT.ok;
  const program = buildProgram({ ...deps, finish: (chosen) => (code = chosen) }, verbs);
  try {
    program.hook('preAction', (_, verb) => meant.hear(verb));
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return parserEnd(error, argv, deps, program);
    return complain(wholeComplaint(complaintOf(error), meant.place), argv, deps, error);
  }
}

/** Its commands can be pasted, also where it is told to a program. */
function wholeComplaint(said: Complaint, place: Place): Complaint {
  return {
    ...said,
    what: completed(said.what, place),
    why: said.why.map((line) => completed(line, place)),
    fix: completed(said.fix, place),
  };
}

/** The program with its verbs; parsing it may throw `CommanderError`. */
export function buildProgram(deps: VerbDeps, verbs: readonly Verb[]): Command {
  const program = new Command('firebreak')
    .description('Remediation controller for Google Cloud Run incidents: looks before it acts, and can be rehearsed in seconds.')
    .version(deps.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => deps.stdout.write(text),
      writeErr: (text) => deps.stderr.write(text),
      // The parser's own error line is left out: `parserEnd` says it in our form.
      outputError: () => {},
      getOutHelpWidth: () => deps.stdout.columns,
      getErrHelpWidth: () => deps.stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const verb of verbs) verb(program, deps);
  return program.addHelpText('after', HELP_END);
}

const HELP_END = `
Exit codes:
  0    recovered or healthy          70   a bug of Firebreak
  1    failed, or restored           75   try again: lease held, endpoint down,
  2    usage, document, or refused        or the disk is full: the run is kept
       before any write              129  stopped by SIGHUP: saved, resumable
  3    waits for a human, or aborted 130  stopped by SIGINT: the same
  4    escalated: somebody has it    143  stopped by SIGTERM: the same
  5    escalated, but nobody could
       be reached

firebreak VERB --help shows the options and examples of a verb.`;

/** Says the error, as text on stderr and as JSON on stdout where JSON was asked for. */
export function complain(said: Complaint, argv: readonly string[], deps: Pick<CliDeps, 'stdout' | 'stderr'>, thrown: unknown): ExitCode {
  if (asked('--json', argv)) deps.stdout.write(complaintJson(said));
  deps.stderr.write(renderComplaint(said));
  if (asked('--verbose', argv)) deps.stderr.write(details(thrown));
  return said.exitCode;
}

/** The parser stopped: after help or version that is fine, otherwise it is a usage error. */
function parserEnd(error: CommanderError, argv: readonly string[], deps: CliDeps, program: Command): ExitCode {
  if (error.exitCode === 0) return EXIT.ok;
  if (error.code === 'commander.help') return EXIT.usage;
  return complain(usageComplaint(error, argv, program), argv, deps, error);
}

function usageComplaint(error: CommanderError, argv: readonly string[], program: Command): Complaint {
  const [first, ...rest] = error.message.replace(/^error: /, '').split('\n');
  const hint = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(rest.join(' '))?.[1];
  const verb = program.commands.find((command) => command.name() === argv[0]);
  const help = verb === undefined ? '`firebreak --help` lists the verbs' : `\`firebreak ${verb.name()} --help\` shows its options`;
  const fix = hint === undefined ? help : `did you mean ${hint}? ${help}`;
  return { exitCode: EXIT.usage, code: `usage-${dashed(error.code)}`, what: defined(first), why: [], fix };
}

/** `commander.unknownOption` → `unknown-option`; verbs are commands to the parser. */
function dashed(code: string): string {
  return code
    .replace(/^commander\./, '')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replace('command', 'verb');
}

function asked(flag: string, argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes(flag);
}

/** Stack and causes, for those who asked. */
function details(thrown: unknown): string {
  const lines: string[] = [];
  for (let error = thrown; error instanceof Error && lines.length < 10; error = error.cause) lines.push(error.stack ?? error.message);
  return `${lines.join('\ncaused by: ')}\n`;
}
