import { UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { withinLimits } from '../steps/connector/limits.ts';
import type { RunStore } from '../ports/store.ts';
import type { VerbDeps } from './deps.ts';

/**
 * A person who starts a run by hand types the name of what cannot be changed back, unless policy.approve asks before it anyway,
 * `--yes` was given, or the run has begun already. Without a terminal nobody is asked: then policy.approve alone decides.
 * Throws `UserError` `not-confirmed`; then nothing has begun.
 */
export async function confirmOneWay(
  spec: RemediationSpec,
  store: Pick<RunStore, 'load'>,
  options: { readonly yes?: boolean },
  deps: Pick<VerbDeps, 'ask'>,
): Promise<void> {
  const { connector, policy } = spec;
  if (connector === null || options.yes === true || deps.ask === undefined || policy.approve.includes('irreversible')) return;
  const record = await store.load();
  if (record !== null && record.ended === null) return;
  // What is wished for may be more than Google allows, and the plan is made within that.
  const { minInstances, maxInstances, machineType } = withinLimits(connector.target).target;
  const answer = await deps.ask(
    [
      `This run may scale ${connector.name} to ${minInstances}–${maxInstances} × ${machineType}.`,
      'That cannot be undone: bounds never fall and instances never scale in.',
      `Type the connector's name to allow it: `,
    ].join('\n'),
  );
  if (answer.trim() === connector.name) return;
  throw new UserError(
    'not-confirmed',
    'nothing was begun: the name was not typed',
    `type ${connector.name}, or run with --mode approve to be asked when the plan is known, or with --yes`,
  );
}
