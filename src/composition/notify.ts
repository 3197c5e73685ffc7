import { createWallClock } from '../clocks/wall-clock.ts';
import type { CommunicationSpec } from '../core/model/communication.ts';
import { createChannels } from '../notify/channels.ts';
import type { Channel } from '../ports/notify.ts';
import { createProbes, createProbesOver } from '../probes/probes.ts';
import { People } from '../simulator/people/people.ts';
import type { Delivered } from '../simulator/people/people.ts';
import { toSimulatedChannels } from './simulated-channels.ts';

const NOWHERE = 'http://people.invalid';

/** The channels of a document, as a run has them. */
export function openChannels(communication: CommunicationSpec): readonly Channel[] {
  const clock = createWallClock();
  return createChannels(communication, { clock, random: { next: () => Math.random() }, http: createProbes({ clock }).http });
}

/** The same channels to simulated people in this process: nothing is sent; `delivered` is what would have arrived. */
export function rehearseChannels(communication: CommunicationSpec): {
  readonly channels: readonly Channel[];
  readonly delivered: readonly Delivered[];
} {
  const clock = createWallClock();
  const people = new People();
  const { http } = createProbesOver({
    clock,
    connect: null,
    http: ({ url, method, headers, body }) => {
      const { pathname, search } = new URL(url);
      const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      return Promise.resolve(people.handle({ method, path: `${pathname}${search}`, headers: named, body }, clock.now()));
    },
  });
  const channels = createChannels(communication, {
    clock,
    random: { next: () => Math.random() },
    http: toSimulatedChannels(http, NOWHERE),
  });
  return { channels, delivered: people.delivered };
}
