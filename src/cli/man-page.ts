import { defined } from '../core/defined.ts';
import type { Command } from 'commander';

/** The manual page of all verbs, made of the help that `--help` prints: the same words, options and examples. Pure. */
export function manPage(program: Command, version: string): string {
  const verbs = program.commands.flatMap((command) => [`.SS ${escaped(command.name())}`, verbatim(helpOf(command))]);
  const lines = [
    `.TH FIREBREAK 1 "" "firebreak ${escaped(version)}" "User Commands"`,
    '.SH NAME',
    `firebreak \\- ${escaped(program.description())}`,
    '.SH SYNOPSIS',
    '.B firebreak',
    '.I VERB',
    '[options]',
    '.SH DESCRIPTION',
    verbatim(helpOf(program)),
    '.SH VERBS',
    ...verbs,
  ];
  return `${lines.join('\n')}\n`;
}

/** With what stands after it, as it is printed. */
function helpOf(command: Command): string {
  let text = '';
  const { writeOut, ...rest } = command.configureOutput();
  command.configureOutput({ ...rest, writeOut: (part) => (text += part), getOutHelpWidth: () => WIDTH });
  command.outputHelp();
  command.configureOutput({ ...rest, ...(writeOut === undefined ? {} : { writeOut }) });
  return text.trimEnd();
}

/** A page of 80 columns, less the margin of its sections. */
const WIDTH = 72;

function verbatim(text: string): string {
  return ['.nf', ...text.split('\n').map(escaped), '.fi'].join('\n');
}

/** A line as roff shows it: no request, no escape, dashes that can be copied, and signs beyond ASCII by their number. */
function escaped(line: string): string {
  const said = line
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(
      /[^\u0000-\u007F]/gu,
      (sign) => String.raw`\[u${defined(sign.codePointAt(0)).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
  return /^[.']/.test(said) ? String.raw`\&${said}` : said;
}
