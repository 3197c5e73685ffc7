import { UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
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
  // With the planners behind it, it is loaded only when a run begins.
  const { kindsAsked } = await import('../steps/kinds.ts');
  const oneWay = kindsAsked(spec).flatMap((kind) => kind.oneWay(spec));
  if (oneWay.length === 0 || options.yes === true || deps.ask === undefined || spec.policy.approve.includes('irreversible')) return;
  const record = await store.load();
  if (record !== null && record.ended === null) return;
  for (const { name, what, words } of oneWay) await confirm(name, [...words, `Type the ${what}'s name to allow it: `], deps.ask);
}

async function confirm(name: string, words: readonly string[], ask: NonNullable<VerbDeps['ask']>): Promise<void> {
  if ((await ask(words.join('\n'))).trim() === name) return;
  throw new UserError(
    'not-confirmed',
    'nothing was begun: the name was not typed',
    `type ${name}, or run with --mode approve to be asked when the plan is known, or with --yes`,
  );
}
