import { quoted } from '../../core/shell.ts';
import { storyOf } from './story.ts';
import type { Told } from './story.ts';
import { ended, updateOf } from './update.ts';

/** Slack's limits (Block Kit reference: blocks of a message, text of a section, text of a header). */
const MOST_BLOCKS = 50;
const LONGEST_SECTION = 3_000;
const LONGEST_HEADER = 150;
const LONGEST_ID = 255;

export interface SlackMessage {
  /** What a notification shows. */
  readonly text: string;
  readonly unfurl_links: false;
  readonly blocks: readonly Block[];
}

type Text =
  | { readonly type: 'plain_text'; readonly text: string; readonly emoji: false }
  | { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };
type Block =
  | { readonly type: 'header'; readonly block_id?: string; readonly text: Text }
  | { readonly type: 'section'; readonly text: Text }
  | { readonly type: 'context'; readonly elements: readonly Text[] };

/** One message for a channel, as a JSON body of `chat.postMessage` or of an incoming webhook (the channel is added by who sends it). */
export function renderSlack(told: Told): string {
  return `${JSON.stringify(slackMessage(told), null, 2)}\n`;
}

export function slackMessage(told: Told): SlackMessage {
  const story = storyOf(told);
  const { title, parts } = updateOf(story);
  const run = quoted(story.runId);
  const commands = [
    `firebreak report ${run} --state ${quoted(story.state)}`,
    ...(story.report.outcome === null ? [`firebreak why --state ${quoted(story.state)}`] : []),
  ];
  const sections = parts.map(({ name, lines }) => section(`*${name}*`, lines.map(ended).map(escaped)));
  return {
    text: escaped(shortened(title, LONGEST_HEADER)),
    unfurl_links: false,
    blocks: [
      {
        type: 'header' as const,
        ...idOf(story.runId),
        text: {
          type: 'plain_text' as const,
          text: shortened(neutral(title).replaceAll('<', '‹').replaceAll('>', '›'), LONGEST_HEADER),
          emoji: false as const,
        },
      },
      ...sections,
      section('*Look*', [`\`\`\`${commands.map(escaped).join('\n')}\`\`\``]),
      {
        type: 'context' as const,
        elements: [
          {
            type: 'mrkdwn' as const,
            text: shortened(escaped(`Run ${story.runId}; all times are UTC`), LONGEST_SECTION),
            verbatim: true as const,
          },
        ],
      },
    ].slice(0, MOST_BLOCKS),
  };
}

/** The mark by which a written file is known again (it is the hash of the whole, filled in when it is written). */
function idOf(runId: string): { readonly block_id?: string } {
  const id = `firebreak-report ${runId} ${'0'.repeat(16)}`;
  return /^[\w.-]+$/.test(runId) && id.length <= LONGEST_ID ? { block_id: id } : {};
}

/** Whole lines as far as they fit; how many do not is said. */
function section(name: string, lines: readonly string[]): Block {
  const kept: string[] = [];
  for (const line of lines) {
    const fits = [name, ...kept, line].join('\n').length <= LONGEST_SECTION - LEFT_OUT;
    if (fits) kept.push(line);
    else if (kept.length === 0) kept.push(shortened(line, LONGEST_SECTION - LEFT_OUT - name.length - 1));
    else break;
  }
  const more = lines.length - kept.length;
  const rest = more === 0 ? [] : [`(${more} more in the report)`];
  return { type: 'section', text: { type: 'mrkdwn', text: [name, ...kept, ...rest].join('\n'), verbatim: true } };
}

/** Room for the words that say that something is left out. */
const LEFT_OUT = 40;

/** Between two words, and never inside an escaped character; that it is shortened is said. */
function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const room = text.slice(0, longest - CUT.length);
  return `${room.replace(/(?:\s\S*|&[a-z]*)$/, '')}${CUT}`;
}

const CUT = ' (shortened)';

/** Text and nothing else: no mention, link, tag or weight comes out of a name or a log line. */
export function escaped(text: string): string {
  return neutral(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('*', '∗')
    .replaceAll('`', 'ʹ')
    .replaceAll('~', '∼');
}

/** Nobody is called. */
function neutral(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/@(?=\w)/g, '@ ');
}
