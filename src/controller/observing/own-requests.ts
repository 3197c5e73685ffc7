import { HOUR, MINUTE } from '../../core/duration.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProbesPort } from '../../ports/probes.ts';
import { lessLate } from './late-answers.ts';

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

/** Where our own requests to a service go. */
export interface Places {
  /** Its own address, and those of its checks. */
  readonly all: readonly string[];
  /** The address of one revision alone. */
  readonly byTag?: Readonly<Record<string, string>>;
}

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

  /** These request figures without what we sent ourselves to the places of a service. */
  without(stats: Measured<RequestStats>, places: Places): Measured<RequestStats> {
    if (stats.value === null) return stats;
    return { ...stats, value: this.less(stats.value, places, stats.value.untilAt ?? stats.measuredAt ?? this.#clock.now()) };
  }

  less(stats: RequestStats, { all, byTag = {} }: Places, untilAt: number): RequestStats {
    const window = this.#sent.slice(firstAt(this.#sent, stats.sinceAt), firstAt(this.#sent, untilAt));
    const sentTo = (places: readonly string[]): readonly Sent[] => {
      const isThere = this.#addressesBelow(places);
      return window.filter(({ address }) => isThere[address] === true);
    };
    const toTags = Object.entries(byTag).map(([revision, url]) => [revision, sentTo([url])] as const);
    const toService = sentTo(all);
    const sent = [...toService, ...toTags.flatMap(([, own]) => own)];
    if (sent.length === 0) return stats;
    const byRevision: Record<string, RequestStats['byRevision'][string]> = { ...stats.byRevision };
    for (const [name, own] of toTags) {
      const counts = byRevision[name];
      if (counts !== undefined) byRevision[name] = { ...counts, ...lessOf(counts, tally(own)) };
    }
    const left = tally(toService);
    const late = sent.filter(({ failed, latencyMs }) => !failed && latencyMs > (stats.lateFromMs ?? Infinity)).map(({ at }) => at);
    for (const [name, counts] of Object.entries(byRevision).sort(([, a], [, b]) => b.total - a.total))
      byRevision[name] = {
        ...lessOf(counts, left),
        ...(counts.late === undefined ? {} : { late: lessLate(counts.late, late, MINUTE) }),
      };
    const { minutes } = stats;
    const sum = (of: 'total' | 'serverErrors' | 'turnedAway'): number =>
      Object.values(byRevision).reduce((whole, each) => whole + (each[of] ?? 0), 0);
    return {
      ...stats,
      total: sum('total'),
      serverErrors: sum('serverErrors'),
      turnedAway: sum('turnedAway'),
      ours: sent.length,
      oursSlowestMs: Math.max(...sent.map(({ latencyMs }) => latencyMs)),
      byRevision,
      ...(minutes === undefined ? {} : { minutes: minutes.map((minute) => lessOfMinute(minute, sent)).filter(({ total }) => total > 0) }),
    };
  }
}

interface Counts {
  readonly total: number;
  readonly serverErrors: number;
  readonly turnedAway: number;
}

interface Left {
  well: number;
  failed: number;
  turnedAway: number;
}

function tally(sent: readonly Sent[]): Left {
  const left = { well: 0, failed: 0, turnedAway: 0 };
  for (const { failed, turnedAway } of sent) left[failed ? 'failed' : turnedAway === true ? 'turnedAway' : 'well'] += 1;
  return left;
}

/** What is taken away here is not left for the next. */
function lessOf({ total, serverErrors, turnedAway = 0 }: RequestStats['byRevision'][string], left: Left): Counts {
  const well = Math.min(total - serverErrors - turnedAway, left.well);
  const failed = Math.min(serverErrors, left.failed);
  const refused = Math.min(turnedAway, left.turnedAway);
  left.well -= well;
  left.failed -= failed;
  left.turnedAway -= refused;
  return { total: total - well - failed - refused, serverErrors: serverErrors - failed, turnedAway: turnedAway - refused };
}

/** The trend counts by minutes: at night our own probes would be all that gets better there. */
function lessOfMinute(minute: Minute, sent: readonly Sent[]): Minute {
  const left = tally(sent.filter(({ at }) => at >= minute.at && at < minute.at + MINUTE));
  return { at: minute.at, ...lessOf(minute, left) };
}

type Minute = NonNullable<RequestStats['minutes']>[number];

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
