import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import type { RemediationSpec } from '../../../core/model/spec.ts';
import { asWarning, CLEAN, refused, warned } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';
import { writesOfAll } from '../../../steps/index.ts';
import { classificationsFor } from '../support/open.ts';

type Window = RemediationSpec['policy']['freeze'][number];

/** The freeze window that `now` lies in, or null. Nothing is written inside one. */
export function frozenBy({ policy }: RemediationSpec, now: number): Window | null {
  return policy.freeze.find(({ fromAt, untilAt }) => fromAt <= now && now < untilAt) ?? null;
}

/** An open window is told, and one that opens while the run may still be writing: neither keeps anybody from looking. */
export function checkFreeze({ spec, clock }: Checked): PreflightAnswer {
  const now = clock.now();
  const open = frozenBy(spec, now);
  const untouched = spec.policy.mode === 'plan' || spec.policy.mode === 'probe';
  if (open !== null) {
    const why = `nothing may be changed until ${instantText(open.untilAt)}: ${open.reason}.`;
    // The fence lets no write through while it is open; what is ill is looked at, diagnosed and told all the same.
    return warned(`freeze window: ${why}${untouched ? '' : ' Until then it is looked at, diagnosed and told; a step is begun after it'}`);
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
  const needed = writesOfAll(spec);
  const { mutations } = spec.policy.budget;
  if (needed <= mutations) return CLEAN;
  return refused(
    'budget',
    `allows ${mutations} ${mutations === 1 ? 'change' : 'changes'}, and the runbook may need ${needed}.`,
    `set spec.policy.budget.mutations to ${needed}, or take steps out of the document`,
  );
}

/** A case could be classified today (gcp-facts 7), and what its tier makes of the wished priority is said before it is needed. */
export async function checkClassification({ cloud, spec, signal }: Checked): Promise<PreflightAnswer> {
  const { support } = spec.escalation;
  if (support === null) return CLEAN;
  const { asked, tier, priority } = support;
  const lowered = asked === undefined ? [] : [`${tier} support takes no ${asked}: a case would be opened as ${priority}`];
  return asWarning(
    async () => {
      const { found, asWished } = await classificationsFor(cloud.support, support.classification, null, signal);
      const other = asWished ? [] : [`no support classification "${support.classification}": a case would be "${found[0]?.displayName}"`];
      return warned(...lowered, ...other);
    },
    ({ message }) => `no support classification "${support.classification}" (${message}): a case would be handed to a human`,
  );
}

function instantText(at: number): string {
  return new Date(at).toISOString();
}
