import { generationBefore } from '../../../src/core/service/generation.ts';
import type { Expected, Look } from '../activities.ts';
import type { IncidentContext } from '../context.ts';
import { changesSeenAfter } from '../others/changes-seen.ts';
import { recordAfter, witnessedAfter } from './evidence.ts';
import { tellIllWhileHeld } from '../others/holding.ts';
import { tellOwnBounds } from '../trial/own-bounds.ts';
import { otherQuestionAfter, standingsAfter } from './present.ts';
import { tellIllBegun } from './ill-begun.ts';
import { burstsAfter, tellRecurring } from './recurring.ts';
import { failingAfter } from './relapse.ts';
import { continued, tellOutage } from '../trial/trial.ts';
import { stretchAfter, stretchOf } from './stalled.ts';
import { tellUnmeasured } from './unmeasured.ts';
import { tellWaiting } from '../people/waiting-told.ts';
import { usersBoutsAfter } from './users-bouts.ts';
import { usersIllAfter } from './users-ill.ts';

/** What a look adds to what the run remembers, and what people are told of it. Pure. */

interface Remembering {
  readonly context: IncidentContext;
}

type Change = Partial<IncidentContext>;

export function recordLook({ context }: Remembering, look: Look): Change {
  const { trend = context.trend, ...seen } = look;
  const deathBursts = burstsAfter(context.deathBursts ?? {}, look);
  const bouts = usersBoutsAfter(context, look);
  const failing = failingAfter(context.failing, look);
  const trial = continued(context.trial, look.trial ?? null);
  const stretch = stretchAfter(stretchOf(context), look);
  const now = { ...context, look: seen, deathBursts, ...bouts, failing, trial, stretch };
  const outage = tellOutage(context, { ...now, outbox: tellRecurring(context, now) });
  const bounds = tellOwnBounds({ ...now, outbox: outage });
  const witnessed = witnessedAfter(context.witnessed, look);
  const usersIll = usersIllAfter(context.usersIll ?? {}, look);
  const { unmeasured, outbox } = tellUnmeasured({ ...now, witnessed, usersIll, outbox: bounds.outbox });
  const ill = tellIllWhileHeld({ ...now, outbox });
  const waiting = tellWaiting({ ...now, witnessed, ...ill }, context.outbox.length);
  return {
    deathBursts,
    ...bouts,
    ...ill,
    ...waiting,
    ...tellIllBegun({ ...now, witnessed, ...waiting }),
    boundTurnsAway: bounds.boundTurnsAway,
    unmeasured,
    stretch,
    look: seen,
    trial,
    blindLooks: 0,
    trend,
    expected: filledIn(context, look),
    witnessed,
    revisions: recordAfter(context.revisions, look),
    usersIll,
    changesSeen: changesSeenAfter(now),
    standings: standingsAfter(context, look),
    otherQuestion: otherQuestionAfter(context, look),
    failing,
    ...(look.gates['all']?.outcome === 'fail' ? { illSeenAt: look.at } : {}),
    ...(isToldIll(look) ? { illToldAt: look.at } : {}),
  };
}

/** A witness speaks against a service, agreed or not. */
function isToldIll({ testimony }: Look): boolean {
  return Object.values(testimony).some((said) => Object.values(said).some(({ word }) => word === 'ill'));
}

/** What was not known yet is learnt from the look; what we know stays ours to compare with. */
function filledIn(context: IncidentContext, { configuration: seen, at, changedSinceStart = [] }: Look): Expected {
  if (context.expected !== null && (context.writing || at <= context.lastWriteAt)) return context.expected;
  const known: Expected = context.expected ?? { connectors: {}, services: {} };
  const isAsFound = (name: string): boolean => !changedSinceStart.includes(name);
  // What others have changed before it was ever seen was one generation older at least, and nothing is known of what it said.
  const first = (name: string, generation: string | null): string | null => (isAsFound(name) ? generation : generationBefore(generation));
  const services = Object.fromEntries(
    Object.entries(seen.services).map(([name, generation]) => [name, known.services[name] ?? first(name, generation)]),
  );
  // Of a generation that we know without having seen its settings, they are learnt; of another they are not ours to take over.
  const content = { ...picked(seen.content, (name) => services[name] === seen.services[name]), ...known.content };
  return {
    connectors: { ...seen.connectors, ...known.connectors },
    services,
    traffic: { ...picked(seen.traffic, isAsFound), ...known.traffic },
    content,
  };
}

function picked<T>(all: Readonly<Record<string, T>> = {}, isWanted: (name: string) => boolean): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isWanted(name)));
}
