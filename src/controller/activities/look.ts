import type { ActivityContext, Expected, Look, LookInput } from '../../../machines/incident/activities.ts';
import type { Diagnosis } from '../../core/model/diagnosis.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Plan } from '../../core/model/plan.ts';
import { foreignChange } from '../../diagnosis/drift.ts';
import { headline } from '../../diagnosis/headline.ts';
import { indicatorsOf, judgeProgress } from '../../diagnosis/indicators.ts';
import { diagnose as findCauses } from '../../diagnosis/diagnose.ts';
import { judgeGates } from '../../diagnosis/verdicts.ts';
import { makePlan } from '../../planning/plan.ts';
import type { ActivityOptions } from './options.ts';

/** The latest observation stays in memory for `diagnose` and `plan`; after a crash a new one is made: no memory is trusted. */
export class Lookout {
  readonly #options: ActivityOptions;
  #latest: Observation | null = null;

  constructor(options: ActivityOptions) {
    this.#options = options;
  }

  async observe(input: LookInput, { signal }: ActivityContext): Promise<Look> {
    const observation = await this.#options.observer.observe(signal);
    this.#latest = observation;
    const { spec } = this.#options;
    const indicators = indicatorsOf(observation, spec);
    const gates = judgeGates(observation, spec, input);
    return {
      at: observation.at,
      indicators,
      gates,
      configuration: configurationOf(observation),
      foreignChange: input.expected === null ? null : foreignChange(input.expected, observation),
      progress: judgeProgress(input.baseline, input.best, indicators, spec),
      headline: headline(observation, gates),
      reads: Object.values(observation.reads).reduce((sum, reads) => sum + reads, 0),
    };
  }

  async diagnose(_input: LookInput, { signal }: ActivityContext): Promise<Diagnosis> {
    return findCauses(await this.#current(signal), this.#options.spec);
  }

  async plan(
    { diagnosis, mutationsMade }: { readonly diagnosis: Diagnosis; readonly mutationsMade: number },
    { signal }: ActivityContext,
  ): Promise<Plan> {
    const { spec, clock } = this.#options;
    const observation = await this.#current(signal);
    return makePlan({ diagnosis, observation, spec, now: clock.now(), budgetLeft: spec.policy.budget.mutations - mutationsMade });
  }

  async #current(signal: AbortSignal): Promise<Observation> {
    this.#latest ??= await this.#options.observer.observe(signal);
    return this.#latest;
  }
}

/** The configuration that a later look is compared with; what could not be read stays unknown. */
function configurationOf(observation: Observation): Expected {
  const connector = observation.connector?.state.value ?? null;
  const services = Object.values(observation.services).map(({ name, state }): [string, string | null] => [
    name,
    state.value?.generation ?? null,
  ]);
  return {
    connector:
      connector === null
        ? null
        : { minInstances: connector.minInstances, maxInstances: connector.maxInstances, machineType: connector.machineType },
    services: Object.fromEntries(services),
  };
}
