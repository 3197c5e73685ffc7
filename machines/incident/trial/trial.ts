import type { Word } from '../../../src/core/model/testimony.ts';
import type { Before, Counted, Tallies, Trial, TrialStage } from '../../../src/core/model/trial.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import { fact, serviceOf } from '../../../src/steps/index.ts';
import type { IncidentContext } from '../context.ts';
import { instantOf } from '../events.ts';
import { judgedShare } from './shares.ts';
import { dependsOn } from '../../../src/steps/subjects.ts';
import { sayInstant } from '../people/say-instant.ts';
import { gateOutcome, currentService, currentStep } from '../steps.ts';

/** A change of ours is watched from the instant at which it is in force: what was there before, and what each look adds. Pure. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

const MINUTE = 60_000;
/** A death so long before the change still speaks of what served then. */
const DEATHS_SPEAK_MS = 5 * MINUTE;

/** The newest look before the step's first write is what it will be compared with. */
export function noteBefore({ context }: Scope): Change {
  const { look, beforeStep, witnessed } = context;
  if (beforeStep !== null || look === null) return {};
  const tallies = Object.entries(look.tallies ?? {}).map(([name, tally]) => [
    name,
    { ...tally, probes: mostly(witnessed, name, tally.probes) },
  ]);
  return { beforeStep: { at: look.at, tallies: Object.fromEntries(tallies) } };
}

/**
 * What most of the last five looks' probes said that said anything: one failing look among well ones was a blip, and one well look
 * among failing ones is no health. A look that told nothing counts neither way.
 */
function mostly(witnessed: IncidentContext['witnessed'], name: string, newest: Word): Word {
  if (newest === 'silent') return newest;
  const words = witnessed.slice(-5).map(({ services }) => services[name]?.probes ?? 'silent');
  const [ill, well] = (['ill', 'well'] as const).map((said) => words.filter((word) => word === said).length) as [number, number];
  return ill === well ? newest : ill > well ? 'ill' : 'well';
}

export function beginTrial(stage: TrialStage): (scope: Scope) => Change {
  return ({ context, event }) => {
    const { stepId, revision, settings, beforeStep } = context;
    const change = currentStep(context)?.change ?? null;
    const service = change === null ? null : serviceOf(change);
    const services = service === null ? settings.services.map(({ name }) => name) : [service];
    const judged = change === null ? revision : (fact(change, 'serves') ?? revision);
    const trial: Trial = {
      stage,
      stepId: stepId ?? '',
      services,
      revision: judged,
      isNew: judged !== null && !hasServed(context, services[0] ?? '', judged),
      tag: stage === 'dark' || stage === 'canary' ? 'firebreak' : null,
      ...(stage === 'canary' ? judgedShare(context) : {}),
      needs: service === null ? [] : neededAndWell(context, service),
      sinceAt: instantOf(event),
      ...(beforeStep === null ? {} : { notedAt: beforeStep.at }),
      before: beforeOf(beforeStep?.tallies ?? {}, services, { at: beforeStep?.at ?? 0, judged }),
      looks: [],
      after: {},
      lastDeathAt: 0,
      worseLooks: 0,
      conclusion: 'waiting',
      because: 'no look has been taken since',
    };
    return { trial };
  };
}

function hasServed({ beforeStep }: IncidentContext, service: string, revision: string): boolean {
  return (beforeStep?.tallies[service]?.requests?.byRevision[revision]?.total ?? 0) > 0;
}

/** What turns ill later fails for itself, not for the change. */
function neededAndWell({ settings, beforeStep }: IncidentContext, service: string): readonly string[] {
  const needed = settings.services.filter(({ name }) => name !== service && dependsOn(settings.services, service, name));
  return needed.map(({ name }) => name).filter((name) => beforeStep?.tallies[name]?.probes === 'well');
}

/** How what served did, by one look before the change. */
function beforeOf(
  tallies: Tallies,
  services: readonly string[],
  { at, judged }: { readonly at: number; readonly judged: string | null },
): Readonly<Record<string, Before>> {
  return Object.fromEntries(
    services.map((name): [string, Before] => {
      const tally = tallies[name];
      const dying = Object.values(tally?.deaths ?? {}).some((diedAt) => at - diedAt <= DEATHS_SPEAK_MS);
      const own = judged === null ? undefined : tally?.requests?.byRevision[judged];
      const before = { requests: sum(tally?.requests?.byRevision ?? null), dying, probes: tally?.probes ?? 'silent' };
      return [name, own === undefined ? before : { ...before, own }];
    }),
  );
}

function sum(byRevision: Readonly<Record<string, Counted>> | null): Counted | null {
  if (byRevision === null) return null;
  const all = Object.values(byRevision);
  const of = (part: keyof Counted): number => all.reduce((whole, each) => whole + (each[part] ?? 0), 0);
  const areTimed = all.length > 0 && all.every(({ total, late }) => total === 0 || late !== undefined);
  return { total: of('total'), failed: of('failed'), turnedAway: of('turnedAway'), ...(areTimed ? { late: of('late') } : {}) };
}

/** A look that was begun for another trial says nothing about this one. */
export function continued(known: Trial | null, seen: Trial | null): Trial | null {
  const isSame = seen?.stepId === known?.stepId && seen?.stage === known?.stage && seen?.sinceAt === known?.sinceAt;
  return known !== null && isSame ? seen : known;
}

/** One failing look is a blip: it stops the clock and is no relapse. Three of the last five are. */
const RELAPSE_LOOKS = 3;

export function stabilityOutcome(context: IncidentContext): Outcome {
  const outcome = gateOutcome(context, `healthy:${currentService(context)}`);
  if (outcome !== 'fail' || context.trial === null) return outcome;
  const ill = context.trial.looks.slice(-5).filter(({ probes, deaths }) => probes === 'ill' || deaths === 'ill');
  return ill.length >= RELAPSE_LOOKS ? 'fail' : 'inconclusive';
}

/** Whether anything was sent that could have made it worse. */
export function somethingSent({ mutations, stepId }: IncidentContext): boolean {
  return mutations.findLast((mutation) => mutation.stepId === stepId)?.outcome === 'applied';
}

export function trialWords({ target, trial }: IncidentContext, what: string): string {
  return `${target}: ${what}: ${trial?.because ?? 'nothing was seen'}.`;
}

/** An outage beside a change that lasts is told once: nobody here can mend it, and the change waits for it. */
export function tellOutage(before: IncidentContext, after: IncidentContext): readonly string[] {
  const [known, now] = [before.trial, after.trial];
  const isNew = now?.outage?.isLong === true && now.looks.at(-1)?.excused === true && known?.outage?.isLong !== true;
  if (!isNew) return after.outbox;
  const title = currentStep(after)?.title ?? 'the step';
  const what =
    now.outage.unexplainedUntilAt !== undefined
      ? `${title} is not undone for that before ${sayInstant(now.outage.unexplainedUntilAt)}: what served before it failed its users as well`
      : `${title} is neither undone nor taken further while something outside is away, and whoever keeps that is wanted`;
  return [...after.outbox, trialWords(after, what)];
}
