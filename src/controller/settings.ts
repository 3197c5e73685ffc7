import type { Settings } from '../../machines/incident/context.ts';
import { MINUTE } from '../core/duration.ts';
import { locatedOf } from '../core/region.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { escalatesAfter } from '../core/support-tiers.ts';

/** A connector update takes minutes; Terraform allows it 20 (gcp-facts 1.6). */
const CONNECTOR_WITHIN = 20 * MINUTE;
/** Terraform allows a service update 20 minutes (gcp-facts 2.7); a start-up itself is capped at 4. */
const REVISION_WITHIN = 20 * MINUTE;
const TRAFFIC_WITHIN = 5 * MINUTE;
/** Before it no step can have shown anything: looks that agree, the step, figures that come three minutes late in windows of five. */
const LEAST_WINDOW = 20 * MINUTE;

/** The document's durations as the statechart takes them, fixed for the whole run. */
export function settingsOf(spec: RemediationSpec): Settings {
  return {
    tickMs: spec.observe.everyMs,
    approve: spec.policy.approve,
    approvalWithinMs: spec.policy.approvalWithinMs,
    questionWithinMs: spec.policy.approvalWithinMs,
    heldAtMostMs: spec.policy.budget.waitingMs,
    attempts: spec.policy.budget.attempts,
    freeze: spec.policy.freeze,
    windowMs: Math.max(LEAST_WINDOW, spec.escalation.windowMs),
    followForMs: spec.escalation.followForMs,
    tellEveryMs: spec.communication.everyMs,
    ...caseSettings(spec),
    soakForMs: spec.validation.soakForMs,
    validateEveryMs: spec.validation.retryEveryMs,
    phases: spec.phases,
    connectorWithinMs: CONNECTOR_WITHIN,
    revisionWithinMs: REVISION_WITHIN,
    trafficWithinMs: TRAFFIC_WITHIN,
    services: spec.services.map(({ name, dependsOn, stability }) => ({ name, dependsOn, ...earlierRegions(spec, name), ...stability })),
  };
}

/** One region after the other: the services of those that the document names before. */
function earlierRegions({ services, region: home }: RemediationSpec, name: string): { readonly after?: readonly string[] } {
  const own = locatedOf(name, home).region;
  const first = services.findIndex((service) => locatedOf(service.name, home).region === own);
  return first === 0 ? {} : { after: services.slice(0, first).map((service) => service.name) };
}

/** Escalating a case is a matter of the support plan, and only the document tells the plan. */
function caseSettings({ escalation }: RemediationSpec): Pick<Settings, 'caseAnswerWithinMs'> {
  const { tier, priority } = escalation.support ?? {};
  const within = tier === undefined || priority === undefined ? null : escalatesAfter(tier, priority);
  return within === null ? {} : { caseAnswerWithinMs: within };
}
