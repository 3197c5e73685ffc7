import type { Message } from '../core/model/message.ts';
import { partsOf, said, shortened, titleOf, asWords, unformatted } from './message-parts.ts';

/** Slack's limits (Block Kit reference: text of a section, text of a header); what a message may carry of one part. */
const LONGEST_SECTION = 2_900;
const LONGEST_HEADER = 150;
const LONGEST_PART = 24_000;
const LONGEST_NOTICE = 300;

type Text =
  | { readonly type: 'plain_text'; readonly text: string; readonly emoji: false }
  | { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };
export type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text: Text }
  | { readonly type: 'context'; readonly elements: readonly Text[] };

/** What a notification shows. */
export function noticeOf(message: Message): string {
  return shortened(asWords(`${titleOf(message)}: ${message.happened}`.replaceAll(/\s+/g, ' ')), LONGEST_NOTICE);
}

/** The message as blocks: title, what happened, why, what next, link and commands, and which run it is. */
export function blocksOf(message: Message): readonly Block[] {
  const title = titleOf(message)
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/@(?=\w)/g, '@ ');
  const sections = partsOf(message).flatMap(({ name, text }) =>
    pieces(unformatted(shortened(text, LONGEST_PART))).map((piece, index) =>
      section(name !== null && index === 0 ? `*${name}:* ${piece}` : piece),
    ),
  );
  const page = message.page === null ? [] : [section(`<${message.page.replaceAll('&', '&amp;')}|Open the run>`)];
  const commands = message.commands.map((line) => asWords(line).replaceAll('`', 'ʹ')).join('\n');
  return [
    { type: 'header', text: { type: 'plain_text', text: shortened(title, LONGEST_HEADER), emoji: false } },
    ...sections,
    ...page,
    ...(commands === '' ? [] : [section(`\`\`\`${commands}\`\`\``)]),
    { type: 'context', elements: [mrkdwn(unformatted(`${said(message.at)} · run ${message.runId}`))] },
  ];
}

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Cut between lines or words, and never inside an escaped character. */
function pieces(text: string): readonly string[] {
  const cut: string[] = [];
  let rest = text;
  while (rest.length > LONGEST_SECTION) {
    const room = rest.slice(0, LONGEST_SECTION);
    const at = Math.max(room.lastIndexOf('\n'), room.lastIndexOf(' '));
    const end = at > LONGEST_SECTION / 2 ? at : LONGEST_SECTION - 8;
    cut.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...cut, ...(rest === '' ? [] : [rest])];
}
