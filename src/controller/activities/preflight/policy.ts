import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import type { RemediationSpec } from '../../../core/model/spec.ts';
import { asWarning, CLEAN, refused, warned } from './findings.ts';
import type { Checked } from './findings.ts';

type Window = RemediationSpec['policy']['freeze'][number];

/** The freeze window that `now` lies in, or null. Nothing is written inside one. */
export function frozenBy({ policy }: RemediationSpec, now: number): Window | null {
  return policy.freeze.find(({ fromAt, untilAt }) => fromAt <= now && now < untilAt) ?? null;
}

/** No window is open; one that opens while the run may still be writing is told. */
export function checkFreeze({ spec, clock }: Checked): PreflightAnswer {
  const now = clock.now();
  const open = frozenBy(spec, now);
  const untouched = spec.policy.mode === 'plan' || spec.policy.mode === 'probe';
  if (open !== null) {
    const why = `nothing may be changed until ${instantText(open.untilAt)}: ${open.reason}.`;
    if (untouched) return warned(`freeze window: ${why}`);
    return refused('freeze window', why, `start again after ${instantText(open.untilAt)}, or take the window out of spec.policy.freeze`);
  }
  const writingUntil = now + spec.phases.capacityMs + spec.phases.servicesMs;
  const coming = spec.policy.freeze.filter(({ fromAt }) => now < fromAt && fromAt < writingUntil);
  return warned(
    ...coming.map(
      ({ fromAt, reason }) => `a freeze window begins at ${instantText(fromAt)} (${reason}): a change that is not made by then is not made`,
    ),
  );
}

/** The runbook, done whole, fits into the budget. */
export function checkBudget({ spec }: Checked): PreflightAnswer {
  const needed = changesOf(spec);
  const { mutations } = spec.policy.budget;
  if (needed <= mutations) return CLEAN;
  return refused(
    'budget',
    `allows ${mutations} ${mutations === 1 ? 'change' : 'changes'}, and the runbook may need ${needed}.`,
    `set spec.policy.budget.mutations to ${needed}, or take steps out of the document`,
  );
}

/** One for the connector, one for each pin, and two for each deploy: the revision and its traffic. */
function changesOf({ connector, services }: RemediationSpec): number {
  const steps = services.reduce((sum, { pin, deploy }) => sum + (pin === null ? 0 : 1) + (deploy === null ? 0 : 2), 0);
  return steps + (connector === null ? 0 : 1);
}

/** The support classification is one that Google knows today (gcp-facts 7). */
export async function checkClassification({ cloud, spec, signal }: Checked): Promise<PreflightAnswer> {
  const { support } = spec.escalation;
  if (support === null) return CLEAN;
  return asWarning(
    async () => {
      await cloud.support.classify(support.classification, { signal });
      return CLEAN;
    },
    ({ message }) => `no support classification "${support.classification}" (${message}): a case would be handed to a human`,
  );
}

function instantText(at: number): string {
  return new Date(at).toISOString();
}
