import { defined } from '../../core/defined.ts';
import { HOUR } from '../../core/duration.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { RequestStats } from '../../core/model/observation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProbesPort } from '../../ports/probes.ts';

interface Sent {
  /** Its place among the addresses. */
  readonly address: number;
  readonly at: number;
  /** Answered 5xx, or not at all: Cloud Run counts what it gave up as a server error. */
  readonly failed: boolean;
  /** Answered 429. */
  readonly turnedAway?: boolean;
  readonly latencyMs: number;
}

const REMEMBERED = HOUR + HOUR / 6;

/**
 * The requests that this process has sent to the services itself. Cloud Run counts them like any other: what the metrics say of
 * users is the rest. A look before this process began is counted with one request for each health check.
 */
export class OwnRequests {
  readonly #clock: Clock;
  #sent: Sent[] = [];
  /** Few, however many requests there are: each is compared with the places of a service once. */
  readonly #addresses: string[] = [];
  readonly #below = new Map<string, boolean[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same probes; what they send is counted. */
  counting(probes: ProbesPort): ProbesPort {
    return {
      database: (request) => probes.database(request),
      tcp: (request) => probes.tcp(request),
      grpcHealth: async (request) => {
        const at = this.#clock.now();
        const answer = await probes.grpcHealth(request);
        const { status, latencyMs } = answer;
        const address = this.#addressOf(`${request.origin.replace(/\/$/, '')}${request.below ?? ''}/`);
        this.#note({ address, at, failed: status === null || status >= 500, turnedAway: status === 429, latencyMs });
        return answer;
      },
      http: async (request) => {
        const at = this.#clock.now();
        const answer = await probes.http(request);
        this.#note({
          address: this.#addressOf(request.url),
          at,
          failed: answer.status === null || answer.status >= 500,
          turnedAway: answer.status === 429,
          latencyMs: answer.latencyMs,
        });
        return answer;
      },
      webSocket: async (request) => {
        const at = this.#clock.now();
        const answer = await probes.webSocket(request);
        this.#note({
          address: this.#addressOf(request.url),
          at,
          failed: answer.handshake === null || answer.handshake >= 500,
          turnedAway: answer.handshake === 429,
          latencyMs: 0,
        });
        return answer;
      },
    };
  }

  /** Sent by an earlier process of this run. */
  remember(urls: readonly string[], looks: readonly { readonly at: number; readonly failed: boolean }[]): void {
    const addresses = urls.map((url) => this.#addressOf(url));
    this.#sent.unshift(...looks.flatMap(({ at, failed }) => addresses.map((address) => ({ address, at, failed, latencyMs: 0 }))));
  }

  #addressOf(url: string): number {
    const known = this.#addresses.indexOf(url);
    return known >= 0 ? known : this.#addresses.push(url) - 1;
  }

  /** By address: whether it lies below one of the places. */
  #addressesBelow(places: readonly string[]): readonly boolean[] {
    const key = places.join(' ');
    const known = this.#below.get(key) ?? [];
    this.#below.set(key, known);
    if (known.length < this.#addresses.length) {
      const homes = places.map((place) => place.replace(/\/$/, ''));
      for (const url of this.#addresses.slice(known.length)) known.push(homes.some((home) => isAt(url, home)));
    }
    return known;
  }

  #note(sent: Sent): void {
    // A slow answer comes after those of later requests.
    this.#sent.splice(firstAt(this.#sent, sent.at + 1), 0, sent);
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
    const [from, until] = [firstAt(this.#sent, stats.sinceAt), firstAt(this.#sent, untilAt)];
    const left = { well: 0, failed: 0, turnedAway: 0 };
    let slowestMs = 0;
    const isOurs = this.#addressesBelow(places);
    for (let index = from; index < until; index += 1) {
      const { address, failed, turnedAway, latencyMs } = defined(this.#sent[index]);
      if (isOurs[address] !== true) continue;
      left[failed ? 'failed' : turnedAway === true ? 'turnedAway' : 'well'] += 1;
      slowestMs = Math.max(slowestMs, latencyMs);
    }
    const ours = left.well + left.failed + left.turnedAway;
    if (ours === 0) return stats;
    const byRevision: Record<string, { total: number; serverErrors: number; turnedAway: number }> = {};
    for (const [name, { total, serverErrors, turnedAway = 0 }] of Object.entries(stats.byRevision).sort(
      ([, a], [, b]) => b.total - a.total,
    )) {
      const well = Math.min(total - serverErrors - turnedAway, left.well);
      const failed = Math.min(serverErrors, left.failed);
      const refused = Math.min(turnedAway, left.turnedAway);
      left.well -= well;
      left.failed -= failed;
      left.turnedAway -= refused;
      byRevision[name] = {
        total: total - well - failed - refused,
        serverErrors: serverErrors - failed,
        turnedAway: turnedAway - refused,
      };
    }
    const sum = (of: 'total' | 'serverErrors' | 'turnedAway'): number => Object.values(byRevision).reduce((all, each) => all + each[of], 0);
    return {
      ...stats,
      total: sum('total'),
      serverErrors: sum('serverErrors'),
      turnedAway: sum('turnedAway'),
      ours,
      oursSlowestMs: slowestMs,
      byRevision,
    };
  }
}

/** `home`: an address without the slash at its end. */
function isAt(url: string, home: string): boolean {
  const address = url.startsWith('ws') ? `http${url.slice(2)}` : url;
  return address.startsWith(home) && (address.length === home.length || address.charCodeAt(home.length) === SLASH);
}

const SLASH = '/'.charCodeAt(0);

/** Index of the first that was sent at or after `instant`; they stand in the order of their instants. */
function firstAt(sent: readonly Sent[], instant: number): number {
  let [low, high] = [0, sent.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sent[middle]?.at ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
