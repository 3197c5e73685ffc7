import { jitteredPauseAfter } from '../core/backoff.ts';
import type { Backoff } from '../core/backoff.ts';
import { TerminalError, TransientError } from '../core/errors.ts';
import { plain } from '../core/outside/plain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/notify.ts';
import type { ProbeAnswer, ProbesPort } from '../ports/probes.ts';
import type { Random } from '../ports/random.ts';

const ATTEMPT_WITHIN_MS = 5_000;
const MAX_ATTEMPTS = 3;
const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 4_000 };
/** Chat services refuse longer messages. */
const MAX_TEXT = 30_000;

export interface WebhookOptions {
  /** Takes a POST of `{"text": …}`. Its path is a secret in most chat services and is never shown. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Carries the request; must answer refused, reset and overdue requests with a `problem`. */
  readonly http: ProbesPort['http'];
}

/**
 * A chat's incoming webhook. At most three attempts of five seconds; each carries `idempotency-key: KEY`, so that a receiver
 * that cares shows a repeated message once.
 * @throws TransientError `webhook-unreachable` when it did not work this time, TerminalError `webhook-refused` on any other 4xx.
 */
export function createWebhook({ url, clock, random, http }: WebhookOptions): Notifier {
  const described = `webhook ${new URL(url).host}`;
  const post = (text: string, key: string, signal: AbortSignal | undefined): Promise<ProbeAnswer> =>
    http({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': key },
      body: JSON.stringify({ text: asWords(text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`) }),
      deadlineMs: ATTEMPT_WITHIN_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    described,
    async tell(text, key, signal) {
      for (let attempt = 1; ; attempt += 1) {
        const { status, problem } = await post(text, key, signal);
        if (status !== null && status >= 200 && status < 300) return;
        const answer = `${described}: ${status === null ? (problem ?? 'no answer') : `answered ${status}`}`;
        if (status !== null && status < 500 && status !== 408 && status !== 429) throw new TerminalError('webhook-refused', answer);
        if (attempt === MAX_ATTEMPTS) throw new TransientError('webhook-unreachable', answer);
        await clock.sleepUntil(clock.now() + jitteredPauseAfter(BACKOFF, attempt, random.next()), signal);
      }
    },
  };
}

/**
 * Words as words: chats read `<!channel>`, `<https://…|text>` and `@here` as a call of everybody and as links with our name on
 * them. Slack, Mattermost and Google Chat take the three entities; an `@` that a letter follows is parted from it by a blank.
 */
export function asWords(text: string): string {
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/(?<![\w.])@(?=[A-Za-z])/g, '@ ');
}
