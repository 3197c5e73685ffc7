import { WAY_IN } from '../../../src/core/model/verdict.ts';
import type { Look } from '../activities.ts';
import type { IncidentContext, Settings } from '../context.ts';
import { instantOf } from '../events.ts';
import { sayInstant } from '../people/say-instant.ts';

/** What was well, or was being proven, is ill again: agreed by looks in a row, then diagnosed and planned anew. Pure. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

/** Looks in a row in which a service fails, until it is no blip. */
const CONFIRMED_LOOKS = 3;
/** A step is made no more often than this in one run, whatever comes of it. */
const TIMES_MADE = 2;

/** A look that could not tell neither counts nor begins anew: absence of data is no relapse and no recovery. */
export function failingAfter(before: IncidentContext['failing'], { gates }: Look): IncidentContext['failing'] {
  const counted = Object.entries(gates).flatMap(([gate, { outcome }]): [string, number][] => {
    const looks = (before[gate] ?? 0) + (outcome === 'fail' ? 1 : 0);
    return outcome === 'pass' || looks === 0 ? [] : [[gate, looks]];
  });
  return Object.fromEntries(counted);
}

/** Services that fail in so many looks that it is agreed. */
export function illAgain({ failing }: IncidentContext): readonly string[] {
  return Object.entries(failing).flatMap(([gate, looks]) =>
    gate.startsWith('healthy:') && looks >= CONFIRMED_LOOKS ? [gate.slice('healthy:'.length)] : [],
  );
}

/** The same, and the way in to them: what fails there has causes and remedies of its own, whoever is well behind it. In words. */
export function brokenAgain(context: IncidentContext): readonly string[] {
  return [...illAgain(context), ...((context.failing[WAY_IN] ?? 0) >= CONFIRMED_LOOKS ? ['the way in'] : [])];
}

/**
 * Everything is found out anew, and what was done to the service that is ill may be done once more. Budgets, the window, the end of
 * the validation and what has been undone stay; a change made again is another change. The phases that change something have their
 * time again: what passed while recovery was being proven is not theirs.
 */
export function beginRelapse({ context, event }: Scope): Change {
  const { stepsDone, mutations, target, look, round } = context;
  const { validationMs } = context.phaseEndsAt;
  const ill = illAgain(context);
  const isOf = (id: string): boolean => ill.some((service) => id.endsWith(`:${service}`));
  const keys = (id: string): number =>
    new Set(mutations.filter(({ stepId }) => stepId === id).map(({ key }) => key.replace(/\/traffic.*$/, ''))).size;
  const failed = [...ill.map((service) => `healthy:${service}`), WAY_IN].filter((gate) => (context.failing[gate] ?? 0) >= CONFIRMED_LOOKS);
  const why = failed.map((gate) => look?.gates[gate]?.because ?? gate).join('; ');
  return {
    plan: null,
    waitedLooks: 0,
    question: null,
    standings: {},
    stepId: null,
    revision: null,
    failure: null,
    round: round + 1,
    phaseEndsAt: validationMs === undefined ? {} : { validationMs },
    stepsDone: stepsDone.filter((id) => !isOf(id) || keys(id) >= TIMES_MADE),
    outbox: [
      ...context.outbox,
      `${target}: ${brokenAgain(context).join(', ')} failed in ${CONFIRMED_LOOKS} looks in a row, the last of ${sayInstant(look?.at ?? instantOf(event))}: ${why}. Looking and diagnosing again.`,
    ],
  };
}

/** The end of a phase is fixed when it is first entered: leaving and coming back does not begin it anew, short of a relapse. */
export function setPhaseEnd({ context, event }: Scope, { phase }: { readonly phase: keyof Settings['phases'] }): Change {
  const { phaseEndsAt, settings } = context;
  return { phaseEndsAt: { [phase]: instantOf(event) + settings.phases[phase], ...phaseEndsAt } };
}

/** Time that people took to answer, up to `now`, is not the phase's; of a phase that began meanwhile no more than it has used is given back. */
export function waitedFor(
  { phaseEndsAt, settings }: Pick<IncidentContext, 'phaseEndsAt' | 'settings'>,
  waitedMs: number,
  now: number,
): IncidentContext['phaseEndsAt'] {
  const phases = Object.entries(phaseEndsAt) as [keyof Settings['phases'], number][];
  return Object.fromEntries(
    phases.map(([phase, endsAt]) => {
      const usedMs = Math.max(0, now - (endsAt - settings.phases[phase]));
      return [phase, endsAt + Math.min(waitedMs, usedMs)];
    }),
  );
}

/** Time in which nobody looked is not the phase's. */
export function laterBy(phaseEndsAt: IncidentContext['phaseEndsAt'], byMs: number): IncidentContext['phaseEndsAt'] {
  return Object.fromEntries(Object.entries(phaseEndsAt).map(([phase, endsAt]) => [phase, endsAt + byMs]));
}
