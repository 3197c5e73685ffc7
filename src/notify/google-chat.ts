import type { Message } from '../core/model/message.ts';
import type { Channel } from '../ports/notify.ts';
import { ask, attempting, refused } from './wire.ts';
import type { Wire } from './wire.ts';
import { partsOf, shortened, titleOf, unformatted, asWords } from './message-parts.ts';

/** A message is at most 32,000 bytes (spaces.messages.create); words may take three bytes a letter. */
const LONGEST = 10_000;

export interface GoogleChatOptions extends Wire {
  /** Of an incoming webhook of the space: whoever knows it may post there. */
  readonly webhook: string;
}

/**
 * A space of Google Chat by its incoming webhook: one thread a run (`threadKey`), each message once (`requestId`: the same one answers with
 * the message that is there already).
 */
export function createGoogleChat({ webhook, ...wire }: GoogleChatOptions): Channel {
  const space = /\/spaces\/([^/?]+)/.exec(webhook)?.[1] ?? '';
  const described = `Google Chat ${space}`.trim();
  return {
    name: 'google-chat',
    described,
    arrives: 'the message',
    async deliver(message, ids, { signal }) {
      const url = new URL(webhook);
      url.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD');
      url.searchParams.set('requestId', message.key);
      const request = {
        url: url.href,
        method: 'POST' as const,
        headers: { 'content-type': 'application/json; charset=UTF-8' },
        body: JSON.stringify({ text: textOf(message), thread: { threadKey: message.runId } }),
      };
      const interruptible = signal === undefined ? {} : { signal };
      const sent = await attempting(wire, { doubt: false, ...interruptible }, async () => {
        const answer = await ask(wire, request, { described, ...interruptible });
        if (answer.status >= 200 && answer.status < 300) return answer;
        throw refused(described, `answered ${answer.status}${reasonIn(answer.body)}`, fixOf(answer.status));
      });
      return { ids: { ...ids, ...threadIn(sent.body) }, sent: true };
    },
  };
}

function textOf(message: Message): string {
  const parts = partsOf(message).map(({ name, text }) => (name === null ? unformatted(text) : `*${name}:* ${unformatted(text)}`));
  const page = message.page === null ? [] : [asWords(message.page)];
  const commands =
    message.commands.length === 0
      ? []
      : [`\`\`\`\n${message.commands.map((line) => asWords(line).replaceAll('`', 'ʹ')).join('\n')}\n\`\`\``];
  return [`*${unformatted(titleOf(message))}*`, shortened(parts.join('\n'), LONGEST), ...page, ...commands].join('\n');
}

function threadIn(body: string): Readonly<Record<string, string>> {
  const thread = /"thread"\s*:\s*\{[^}]*"name"\s*:\s*"([^"]+)"/.exec(body)?.[1];
  return thread === undefined ? {} : { thread };
}

/** Google's error body; anything else is not repeated. */
function reasonIn(body: string): string {
  const message = /"message"\s*:\s*"([^"]{1,200})"/.exec(body)?.[1];
  return message === undefined ? '' : ` (${message})`;
}

function fixOf(status: number): string {
  if (status === 404)
    return 'the space or its webhook is gone: make a webhook in the space (Apps & integrations) and put its address into the variable';
  if (status === 400) return 'copy the address of the webhook whole, with key and token';
  return 'the key or token of the webhook is not valid any more: make a webhook in the space anew and put its address into the variable';
}
