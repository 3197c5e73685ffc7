import type { LookInput, PreflightAnswer } from '../../machines/incident/activities.ts';
import { witnessedAfter } from '../../machines/incident/health/evidence.ts';
import type { Diagnosis } from '../core/model/diagnosis.ts';
import type { Observation } from '../core/model/observation.ts';
import type { Plan } from '../core/model/plan.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { LookTestimony } from '../core/model/testimony.ts';
import type { Indicators, ValidationReport, Verdict } from '../core/model/verdict.ts';
import { defaultMaxConnections } from '../diagnosis/infrastructure/default-max-connections.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { groupLogs } from '../diagnosis/logs/group-logs.ts';
import { indicatorsOf } from '../diagnosis/figures/indicators.ts';
import { agreements } from '../diagnosis/witnesses/service-health.ts';
import { unreadIn } from '../diagnosis/witnesses/sources-away.ts';
import { updatingIn } from '../diagnosis/infrastructure/connectors.ts';
import { slowServices, testify } from '../diagnosis/witnesses/testimony.ts';
import { judgeGates } from '../diagnosis/verdicts.ts';
import { makePlan } from '../planning/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { ProbesPort } from '../ports/probes.ts';
import { preflight } from './activities/preflight.ts';
import { validate } from './activities/validate.ts';
import { checkHttp } from './validating/http-checks.ts';
import { judgeDoors } from './validating/rejected-probes.ts';
import { servicesHealthy } from './validating/suite.ts';
import { unmeetable } from './validating/unmeetable.ts';
import { createObserver } from './observing/observer.ts';

export interface Assessment {
  readonly preflight: PreflightAnswer;
  readonly observation: Observation;
  readonly indicators: Indicators;
  readonly gates: Readonly<Record<string, Verdict>>;
  readonly diagnosis: Diagnosis;
  readonly plan: Plan;
  /** Only when probing was asked for. */
  readonly validation: ValidationReport | null;
  /** Checks of the document that fail although their service is well: no run could mend them. */
  readonly unmeetable: readonly string[];
}

export interface AssessOptions {
  readonly spec: RemediationSpec;
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly clock: Clock;
  /** Also walk the validation (synthetic logins and messages to the services themselves). */
  readonly probe: boolean;
  readonly signal: AbortSignal;
  /** Told when the first look only suspects services, and how many more are taken for that. */
  readonly onSuspected?: (services: readonly string[], more: number) => void;
}

const FIRST_LOOK: LookInput = { expected: null, intended: {}, servingSince: {} };

/** So many are taken where one look only suspects something: no change is made on less, so a plan on less would say nothing. */
const LOOKS = 3;

/**
 * One look where nothing is suspected, else three a tick apart; one diagnosis, one plan: what a run would do now, without a run. Writes
 * nothing; throws what the preflight's reads throw.
 */
export async function assess({ spec, cloud, probes, clock, probe, signal, onSuspected }: AssessOptions): Promise<Assessment> {
  const first = await preflight({ cloud, spec, clock }, {}, { signal });
  const observer = createObserver({ cloud, probes, spec, clock, groupLogs, defaultMaxConnections });
  // Of a run that would be refused no plan is shown.
  const most = first.refusals.length > 0 ? 1 : LOOKS;
  const { observation, witnessed } = await lookUntilTold(observer, { spec, clock, signal, most, onSuspected });
  const facts = { ...FIRST_LOOK, ...(witnessed.length === 0 ? {} : { witnessed }) };
  const diagnosis = diagnose(observation, spec, facts);
  const plan = makePlan({ diagnosis, observation, spec, now: clock.now(), budgetLeft: spec.policy.budget.mutations, facts });
  const gates = judgeGates(observation, spec, facts);
  const validation = probe ? await validate({ spec, probes, observer, clock, cloud }, facts, { signal }) : null;
  const uriOf = (name: string): string | null => observation.services[name]?.state.value?.uri ?? null;
  const asked = { options: { spec, probes, observer, clock, cloud }, observation, facts, uriOf, signal };
  const checks = validation?.checks ?? judgeDoors([...(await checkHttp(asked)), ...servicesHealthy(asked)], asked);
  return {
    preflight: first,
    observation,
    indicators: indicatorsOf(observation, spec, gates),
    gates,
    diagnosis,
    plan,
    validation,
    unmeetable: unmeetable(checks, spec),
  };
}

interface Looking extends Pick<AssessOptions, 'spec' | 'clock' | 'signal'> {
  readonly most: number;
  readonly onSuspected: AssessOptions['onSuspected'] | undefined;
}

async function lookUntilTold(
  observer: Pick<ReturnType<typeof createObserver>, 'observe'>,
  { spec, clock, signal, most, onSuspected }: Looking,
): Promise<{ readonly observation: Observation; readonly witnessed: readonly LookTestimony[] }> {
  let witnessed: readonly LookTestimony[] = [];
  for (;;) {
    const observation = await observer.observe(signal, witnessed);
    const facts = { ...FIRST_LOOK, witnessed };
    const testimony = testify(observation, spec, facts);
    if (witnessed.length >= most - 1) return { observation, witnessed };
    if (witnessed.length === 0) {
      const agreed = Object.entries(agreements(observation, spec, facts));
      const suspected = agreed.flatMap(([name, { verdict }]) => (verdict === 'suspected' ? [name] : []));
      if (suspected.length === 0) return { observation, witnessed };
      onSuspected?.(suspected, most - 1);
    }
    const indicators = indicatorsOf(observation, spec, judgeGates(observation, spec, facts));
    witnessed = witnessedAfter(witnessed, {
      at: observation.at,
      testimony,
      indicators,
      slow: slowServices(observation),
      updating: updatingIn(observation),
      ...unreadIn(observation),
    });
    await clock.sleepUntil(observation.at + spec.observe.everyMs, signal);
  }
}
