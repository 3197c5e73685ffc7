import { HOUR } from '../../core/duration.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { RequestStats } from '../../core/model/observation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProbesPort } from '../../ports/probes.ts';

interface Sent {
  readonly url: string;
  readonly at: number;
  /** Answered 5xx, or not at all: Cloud Run counts what it gave up as a server error. */
  readonly failed: boolean;
}

const REMEMBERED = HOUR + HOUR / 6;

/**
 * The requests that this process has sent to the services itself. Cloud Run counts them like any other: what the metrics say of
 * users is the rest. A look before this process began is counted with one request for each health check.
 */
export class OwnRequests {
  readonly #clock: Clock;
  #sent: Sent[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same probes; what they send is counted. */
  counting(probes: ProbesPort): ProbesPort {
    return {
      database: (request) => probes.database(request),
      http: async (request) => {
        const at = this.#clock.now();
        const answer = await probes.http(request);
        this.#note({ url: request.url, at, failed: answer.status === null || answer.status >= 500 });
        return answer;
      },
      webSocket: async (request) => {
        const at = this.#clock.now();
        const answer = await probes.webSocket(request);
        this.#note({ url: request.url, at, failed: answer.handshake === null || answer.handshake >= 500 });
        return answer;
      },
    };
  }

  /** Sent by an earlier process of this run. */
  remember(urls: readonly string[], looks: readonly { readonly at: number; readonly failed: boolean }[]): void {
    this.#sent.unshift(...looks.flatMap(({ at, failed }) => urls.map((url) => ({ url, at, failed }))));
  }

  #note(sent: Sent): void {
    this.#sent.push(sent);
    const oldest = this.#clock.now() - REMEMBERED;
    const first = this.#sent.findIndex(({ at }) => at >= oldest);
    if (first > 100) this.#sent = this.#sent.slice(first);
  }

  /** These request figures without what we sent ourselves to `places` (the service's own address, the addresses of its checks). */
  without(stats: Measured<RequestStats>, places: readonly string[]): Measured<RequestStats> {
    if (stats.value === null) return stats;
    return { ...stats, value: this.less(stats.value, places, stats.value.untilAt ?? stats.measuredAt ?? this.#clock.now()) };
  }

  less(stats: RequestStats, places: readonly string[], untilAt: number): RequestStats {
    const ours = this.#sent.filter(({ url, at }) => at >= stats.sinceAt && at < untilAt && places.some((place) => isAt(url, place)));
    if (ours.length === 0) return stats;
    const left = { well: ours.filter(({ failed }) => !failed).length, failed: ours.filter(({ failed }) => failed).length };
    const byRevision: Record<string, { total: number; serverErrors: number }> = {};
    for (const [name, { total, serverErrors }] of Object.entries(stats.byRevision).sort(([, a], [, b]) => b.total - a.total)) {
      const well = Math.min(total - serverErrors, left.well);
      const failed = Math.min(serverErrors, left.failed);
      left.well -= well;
      left.failed -= failed;
      byRevision[name] = { total: total - well - failed, serverErrors: serverErrors - failed };
    }
    const sum = (of: 'total' | 'serverErrors'): number => Object.values(byRevision).reduce((all, each) => all + each[of], 0);
    return { ...stats, total: sum('total'), serverErrors: sum('serverErrors'), ours: ours.length, byRevision };
  }
}

function isAt(url: string, place: string): boolean {
  const address = url.replace(/^ws/, 'http');
  return address === place || address.startsWith(`${place.replace(/\/$/, '')}/`);
}
