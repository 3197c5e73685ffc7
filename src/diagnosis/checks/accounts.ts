import { measuredEvidence } from '../finding.ts';
import type { Check } from './check.ts';

/** What the runtime accounts lack, and references to secrets that lead nowhere. */
export const checkAccounts: Check = (observation, spec) => {
  const { accounts } = observation;
  if (accounts.value === null) return [];
  return Object.entries(accounts.value).flatMap(([service, { account, missing, brokenSecrets }]) => [
    ...missing.map((role) => {
      const what = `${service} runs as ${account}, which lacks ${role}`;
      const bare = role.split(' on ')[0] ?? role;
      const member = `--member=serviceAccount:${account} --role=${bare}`;
      const secret = role.split(' on ')[1];
      return {
        check: 'accounts' as const,
        severity: 'broken' as const,
        subject: service,
        what,
        change:
          secret === undefined
            ? `gcloud projects add-iam-policy-binding ${spec.project} ${member}`
            : `gcloud secrets add-iam-policy-binding ${secret} --project=${spec.project} ${member}`,
        evidence: [measuredEvidence(accounts, what)],
      };
    }),
    ...brokenSecrets.map((reference) => {
      const what = `${service} refers to secret ${reference}, which does not exist or is disabled`;
      return {
        check: 'accounts' as const,
        severity: 'broken' as const,
        subject: service,
        what,
        change: `create or enable ${reference}, or refer to a version that exists`,
        evidence: [measuredEvidence(accounts, what)],
      };
    }),
  ]);
};
