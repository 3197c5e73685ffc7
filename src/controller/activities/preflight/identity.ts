import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import { FirebreakError } from '../../../core/errors.ts';
import { CLEAN, together, warned } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';

/** A token for nobody: it is made to see whether one can be, and opens nothing. */
const NOBODY = 'https://firebreak.invalid';

/**
 * Whether the ID tokens that health checks send along can be had, by making one. Without it the checks are not asked, and the
 * service's other witnesses decide: no reason to refuse a run.
 */
export async function checkIdentities(checked: Checked): Promise<PreflightAnswer> {
  const asked = checked.spec.services.flatMap(({ name, health }) => health.map(({ identity }) => ({ name, identity })));
  const services = Map.groupBy(asked, ({ identity }) => identity);
  services.delete(undefined);
  const each = [...services].map(([identity, of]) => checkIdentity(checked, identity ?? 'self', [...new Set(of.map(({ name }) => name))]));
  return together(await Promise.all(each));
}

async function checkIdentity({ cloud, spec, signal }: Checked, identity: string, services: readonly string[]): Promise<PreflightAnswer> {
  try {
    await cloud.identity.token({ audience: NOBODY, account: identity === 'self' ? null : identity }, { signal });
    return CLEAN;
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof FirebreakError)) throw thrown;
    const lost = `the health of ${services.join(', ')} is not asked with an ID token`;
    return warned(
      `${lost} (${thrown.message}): ${identity === 'self' ? 'use an account that gives ID tokens' : grant(identity, spec.project)}`,
    );
  }
}

/** Source: IAM, "Create short-lived credentials for a service account": the role that holds iam.serviceAccounts.getOpenIdToken. */
function grant(account: string, project: string): string {
  const role = 'roles/iam.serviceAccountOpenIdTokenCreator';
  return `gcloud iam service-accounts add-iam-policy-binding ${account} --project=${project} --member=serviceAccount:ACCOUNT --role=${role}`;
}
