import type { ActivityContext, InputOf, Look, LookInput, Present } from '../../../machines/incident/activities.ts';
import type { Diagnosis } from '../../core/model/diagnosis.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Plan } from '../../core/model/plan.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Tallies, Trial } from '../../core/model/trial.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import { judgeTrial } from '../../diagnosis/changes/after-write.ts';
import { foreignChange } from '../../diagnosis/changes/drift.ts';
import { failingShares } from '../../diagnosis/witnesses/failing-share.ts';
import { headline } from '../../diagnosis/headline.ts';
import { judgeWorkloads } from '../../diagnosis/workloads.ts';
import { emptyTrend, judgeTrend } from '../../diagnosis/improvement/judge.ts';
import { outageBeside } from '../../diagnosis/witnesses/outage-beside.ts';
import { outageOfCrowd } from '../../diagnosis/witnesses/crowd.ts';
import { indicatorsOf, trendSample } from '../../diagnosis/figures/indicators.ts';
import { diagnose as findCauses } from '../../diagnosis/diagnose.ts';
import { changedSinceStart } from '../../diagnosis/changes/since-start.ts';
import { unreadIn } from '../../diagnosis/witnesses/sources-away.ts';
import { updatingIn } from '../../diagnosis/infrastructure/connectors.ts';
import { servedIn, slowServices, testify } from '../../diagnosis/witnesses/testimony.ts';
import { recordOf } from '../../diagnosis/changes/track-record.ts';
import { eveAfter } from '../../diagnosis/changes/eve.ts';
import { talliesOf } from '../../diagnosis/changes/tallies.ts';
import { timesToKnow } from '../../diagnosis/witnesses/time-to-know.ts';
import { judgeGates } from '../../diagnosis/verdicts.ts';
import { makePlan } from '../../planning/plan.ts';
import { presentOf } from '../../planning/present.ts';
import { isBoundedBy } from '../../core/service/bounds.ts';
import { sameTraffic } from '../../planning/traffic-split.ts';
import { serviceOfSubject } from '../../steps/subjects.ts';
import { actorOf, adminChanges } from '../observing/actor.ts';
import { crowdedWay } from '../observing/crowded-way.ts';
import { askByTag } from '../observing/tagged.ts';
import { anotherRun, runInWords } from './another-run.ts';
import type { ActivityOptions } from './options.ts';
import { configurationOf, fresh, withDetails } from './foreign-change-diff.ts';
import { deniedReads } from './denied-reads.ts';
import type { ServiceHistory } from './service-history.ts';

interface Seen {
  readonly tallies: Tallies;
  readonly testimony: Look['testimony'];
}

/** The latest observation stays in memory for `diagnose` and `plan`; after a crash a new one is made: no memory is trusted. */
export class ObserveActivity {
  readonly #options: ActivityOptions;
  readonly #seen: ServiceHistory;
  #latest: Observation | null = null;
  #recordOf: number | null = null;

  constructor(options: ActivityOptions, seen: ServiceHistory) {
    this.#options = options;
    this.#seen = seen;
  }

  async observe(input: LookInput, { signal }: ActivityContext): Promise<Look> {
    const observation = await this.#options.observer.observe(signal, input.witnessed);
    this.#latest = observation;
    const early = changedSinceStart(observation, input);
    const foreign = early[0] ?? foreignChangeIn(input, observation, { seen: this.#seen, runId: this.#options.runId });
    for (const { state } of Object.values(observation.services)) if (state.value !== null) this.#seen.note(state.value);
    const { spec } = this.#options;
    const testimony = testify(observation, spec, input);
    const tallies = talliesOf(observation, testimony);
    const trial = await this.#tried(input.trial ?? null, observation, { tallies, testimony }, signal);
    const gates = { ...judgeGates(observation, spec, input), ...judgeRestored(input, observation) };
    const indicators = indicatorsOf(observation, spec, gates);
    const known = input.trend ?? emptyTrend(spec.services.map(({ name }) => name));
    const { trend, progress } = judgeTrend(known, trendSample(observation, spec, gates, indicators), spec.improvement);
    return {
      at: observation.at,
      indicators,
      gates,
      testimony,
      served: servedIn(observation),
      slow: slowServices(observation),
      updating: updatingIn(observation),
      ...unreadIn(observation),
      ...this.#newRecord(observation),
      configuration: configurationOf(observation),
      foreignChange: foreign,
      ...adminChanges(observation, input),
      ...(early.length === 0 ? {} : { changedSinceStart: early.flatMap(({ subject }) => serviceOfSubject(subject) ?? []) }),
      progress,
      trend,
      ...deniedIn(observation, spec),
      ...workloadsIn(observation),
      headline: [headline(observation, gates), ...failingShares(observation), ...firstWords(input, observation, spec)].join('; '),
      reads: Object.values(observation.reads).reduce((sum, reads) => sum + reads, 0),
      tallies,
      trial,
      ...this.#present(input, observation),
    };
  }

  /** The day's figures are read once an hour: each reading is handed on once. */
  #newRecord(observation: Observation): Pick<Look, 'record'> {
    const readAt = Object.values(observation.services)[0]?.day?.measuredAt ?? null;
    if (readAt === null || readAt === this.#recordOf) return {};
    this.#recordOf = readAt;
    return { record: recordOf(observation) };
  }

  /** What would be planned on this look, where a step or a question waits for it; pure, and about a millisecond. */
  #present(input: LookInput, observation: Observation): { readonly present?: Present } {
    if (input.planning === undefined) return {};
    const diagnosis = findCauses(observation, this.#options.spec);
    const plan = this.#planned({ ...input.planning, diagnosis, facts: input }, observation);
    return { present: presentOf(plan, observation, input.planning.changedAt ?? 0) };
  }

  /** The change that is being watched, with this look in it. */
  async #tried(trial: Trial | null, observation: Observation, seen: Seen, signal: AbortSignal): Promise<Trial | null> {
    if (trial === null) return null;
    const byTag = await askByTag(this.#options, trial, observation, signal);
    // In a look in which no target answers us, the tag does not either: that is our own trouble.
    const isOurs =
      (byTag === 'ill' || byTag === 'late') && Object.values(seen.testimony).some(({ probes }) => probes.silence === 'observer');
    const crowded = crowdedWay(trial, observation, this.#options.spec);
    const outage =
      crowded === null
        ? (outageBeside(trial, observation, seen.tallies) ?? trial.outage)
        : outageOfCrowd(crowded, observation.at, trial.stage);
    const watched = {
      ...trial,
      ...eveAfter(trial, observation),
      ...(outage === undefined ? {} : { outage }),
      ...(crowded === null && trial.crowded == null ? {} : { crowded }),
    };
    return judgeTrial(watched, observation.at, seen.tallies, isOurs ? 'silent' : byTag);
  }

  async diagnose(input: LookInput, { signal }: ActivityContext): Promise<Diagnosis> {
    return findCauses(await this.#current(signal), this.#options.spec, input);
  }

  async plan(input: InputOf<'plan'>, { signal }: ActivityContext): Promise<Plan> {
    return this.#planned(input, await this.#current(signal));
  }

  #planned({ diagnosis, mutationsMade, wishes, before, changedAt, facts }: InputOf<'plan'>, observation: Observation): Plan {
    const { spec, clock } = this.#options;
    return makePlan({
      diagnosis,
      observation,
      spec,
      now: clock.now(),
      budgetLeft: spec.policy.budget.mutations - mutationsMade,
      ...(wishes === undefined ? {} : { wishes }),
      ...(before === undefined ? {} : { before }),
      ...(changedAt === undefined ? {} : { changedAt }),
      ...(facts === undefined ? {} : { facts: { ...facts, servingSince: sinceLastChange(facts, observation, changedAt ?? 0) } }),
    });
  }

  async #current(signal: AbortSignal): Promise<Observation> {
    this.#latest ??= await this.#options.observer.observe(signal);
    return this.#latest;
  }
}

function deniedIn(observation: Observation, spec: RemediationSpec): Pick<Look, 'denied'> {
  const denied = deniedReads(observation, spec);
  return denied.length === 0 ? {} : { denied };
}

/** Only the first look says how long it will take to know. */
function firstWords({ witnessed = [] }: LookInput, observation: Observation, spec: RemediationSpec): readonly string[] {
  return witnessed.length === 0 ? timesToKnow(observation, spec).slice(0, 1) : [];
}

/** What was seen before the last change of ours came into force is no reason for the next, whatever service it was about. */
function sinceLastChange({ servingSince }: LookInput, { services }: Observation, changedAt: number): LookInput['servingSince'] {
  if (changedAt === 0) return servingSince;
  const later = Object.keys(services).map((name) => [name, Math.max(servingSince[name] ?? 0, changedAt)]);
  return { ...servingSince, ...Object.fromEntries(later) };
}

/** What somebody else has changed since the run last knew it: what exactly, and by whom where the admin log tells. */
function foreignChangeIn(
  input: LookInput,
  now: Observation,
  { seen, runId }: { readonly seen: ServiceHistory; readonly runId: string },
): Look['foreignChange'] {
  const { expected } = input;
  const change = expected === null ? null : foreignChange(expected, now);
  if (change === null || expected === null) return null;
  const actor = actorOf(change, now, input);
  const run = anotherRun(change.subject, { expected, now, seen, runId });
  return { ...withDetails(change, expected, now, seen), actor: run === null ? actor : runInWords(run, actor) };
}

/** `restored:SERVICE`: the vector that was put back is the one in force. */
function judgeRestored({ restored = [] }: LookInput, observation: Observation): Readonly<Record<string, Verdict>> {
  const judged = restored.map(({ service, traffic, bounds }): [string, Verdict] => {
    const state = fresh(observation.services[service]?.state);
    if (state === null) return [`restored:${service}`, { outcome: 'error', because: `${service} could not be read` }];
    const isBack = sameTraffic(state.traffic, traffic) && sameTraffic(state.trafficStatuses, traffic) && isBoundedBy(state, bounds);
    const what = bounds === undefined ? `the traffic of ${service} is` : `traffic and instances of ${service} are`;
    const because = `${what} ${isBack ? '' : 'not '}as put back`;
    return [`restored:${service}`, { outcome: isBack ? 'pass' : 'fail', because }];
  });
  return Object.fromEntries(judged);
}

function workloadsIn(observation: Observation): Pick<Look, 'workloads'> {
  const judged = Object.entries(judgeWorkloads(observation));
  if (judged.length === 0) return {};
  return {
    workloads: Object.fromEntries(
      judged.map(([name, { outcome, because }]) => [name, outcome === 'pass' ? 'pass' : `${outcome}: ${because}`]),
    ),
  };
}
