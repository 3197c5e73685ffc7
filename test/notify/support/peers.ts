import type { CommunicationSpec } from '../../../src/core/model/communication.ts';
import { TELLS_NOBODY } from '../../../src/core/model/communication.ts';
import { createChannels } from '../../../src/notify/channels.ts';
import type { Channel } from '../../../src/ports/notify.ts';
import type { ProbeAnswer, ProbeRequest, ProbesPort } from '../../../src/ports/probes.ts';
import { People, PEOPLE_PREFIX } from '../../../src/simulator/people/people.ts';
import type { PeopleOptions } from '../../../src/simulator/people/people.ts';
import { SkippingClock } from '../../gcp/support/skipping-clock.ts';

/** What happens to a request on its way; null: nothing. `lost`: it arrives, and its answer does not. */
type RequestOutcome = 'lost' | 'refused' | { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | null;

export interface Peers {
  readonly people: People;
  readonly clock: SkippingClock;
  readonly http: ProbesPort['http'];
  readonly requests: readonly ProbeRequest[];
  /** The next request whose address contains this meets that. */
  befall(part: string, fate: RequestOutcome): void;
  channel(communication: Partial<CommunicationSpec>): Channel;
}

/** The channels' people behind the port that the channels speak through. */
export function peersWith(options: PeopleOptions = {}): Peers {
  const people = new People(options);
  const clock = new SkippingClock(60_000);
  const requests: ProbeRequest[] = [];
  const fates: { readonly part: string; readonly fate: RequestOutcome }[] = [];
  const http: ProbesPort['http'] = (request) => {
    requests.push(request);
    const index = fates.findIndex(({ part }) => request.url.includes(part));
    const fate = index < 0 ? null : fates.splice(index, 1)[0]!.fate;
    if (fate === 'refused') return Promise.resolve(failed('refused'));
    if (fate !== null && fate !== 'lost') return Promise.resolve(answered(fate.status, fate.headers ?? {}, ''));
    const { host, pathname, search } = new URL(request.url);
    const { status, headers, body } = people.handle(
      {
        method: request.method,
        path: `${PEOPLE_PREFIX}${host}${pathname}${search}`.replace('//', '/'),
        headers: Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
        body: request.body ?? '',
      },
      clock.now(),
    );
    return Promise.resolve(fate === 'lost' ? failed('deadline') : answered(status ?? 0, headers, body));
  };
  return {
    people,
    clock,
    http,
    requests,
    befall: (part, fate) => void fates.push({ part, fate }),
    channel: (communication) => createChannels({ ...TELLS_NOBODY, ...communication }, { clock, random: { next: () => 0.5 }, http })[0]!,
  };
}

function answered(status: number, headers: Readonly<Record<string, string>>, body: string): ProbeAnswer {
  return { status, headers, body, latencyMs: 1, problem: null };
}

function failed(problem: string): ProbeAnswer {
  return { status: null, headers: {}, body: '', latencyMs: 1, problem };
}

export const SLACK = { slack: { channel: 'C0123ABCDEF', token: 'xoxb-1', api: 'https://slack.com/api/' } };
export const CHAT = { googleChat: { webhook: 'https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t' } };
export const PAGER = { pagerDuty: { routingKey: 'R'.repeat(32), api: 'https://events.pagerduty.com' } };
export const GITHUB = {
  github: { repository: 'acme/shop', issue: 1278, token: 'ghp_1', api: 'https://api.github.com', labels: null, close: false },
};
