import type { Message } from '../core/model/message.ts';
import { plain } from '../core/outside/plain.ts';
import { partsOf, said, shortened, titleOf } from './message-parts.ts';

/** GitHub refuses comments of more than 65,536 characters. */
const LONGEST_PART = 40_000;

/** What nobody sees, and by which a comment is found again. */
export function markOf(key: string): string {
  return `<!-- firebreak ${key.replaceAll('--', '- -')} -->`;
}

/** The message as a comment in Markdown. */
export function bodyOf(message: Message): string {
  const parts = partsOf(message).map(({ name, text }) => {
    const words = asMarkdown(shortened(text, LONGEST_PART));
    return name === null ? words : `**${name}:** ${words}`;
  });
  const page = message.page === null ? [] : [`[Open the run](${message.page})`];
  const commands =
    message.commands.length === 0
      ? []
      : ['```sh', ...message.commands.map((line) => plain(line).replaceAll('```', "'''")), '```'].join('\n');
  return [
    markOf(message.key),
    `### ${asMarkdown(titleOf(message))}`,
    ...parts,
    ...page,
    ...(typeof commands === 'string' ? [commands] : []),
    `<sub>${said(message.at)} · run ${asMarkdown(message.runId)}</sub>`,
  ].join('\n\n');
}

/** Words as words: nobody is called, nothing is linked or made bold; line breaks stay. */
function asMarkdown(text: string): string {
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*_{}[\]<>|~]/g, String.raw`\$&`)
    .replaceAll(/(?<![\w&])#(?=\d)/g, '#&#8203;')
    .replaceAll(/(?<![\w.])@(?=[A-Za-z])/g, '@ ')
    .replaceAll('\n', '  \n');
}
