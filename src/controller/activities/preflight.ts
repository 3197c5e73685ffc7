import type { ActivityContext, PreflightAnswer } from '../../../machines/incident/activities.ts';
import { TerminalError } from '../../core/errors.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { ActivityOptions } from './options.ts';

type Refusal = PreflightAnswer['refusals'][number];

/** What the runbook would need, by reading only: permissions first, then that the things it names exist. */
export async function preflight(
  { cloud, spec }: Pick<ActivityOptions, 'cloud' | 'spec'>,
  _input: object,
  { signal }: Pick<ActivityContext, 'signal'>,
): Promise<PreflightAnswer> {
  const needed = permissionsFor(spec);
  const granted = await refusable(() => cloud.permissions.granted(needed, { signal }));
  if ('check' in granted) return { refusals: [granted], warnings: [] };
  const missing = needed.filter((permission) => !granted.includes(permission));
  const optional = missing.filter((permission) => permission.startsWith('cloudsupport.'));
  const refusals = missing.filter((permission) => !optional.includes(permission)).map((permission) => permissionRefusal(spec, permission));
  if (refusals.length > 0) return { refusals, warnings: [] };
  return {
    refusals: await missingNames({ cloud, spec }, signal),
    warnings: optional.map((permission) => `${permission} is missing: a case would be handed to a human instead`),
  };
}

async function refusable(ask: () => Promise<readonly string[]>): Promise<readonly string[] | Refusal> {
  try {
    return await ask();
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return {
      check: 'permissions',
      why: `the permissions could not be tested: ${thrown.message}`,
      fix: 'grant resourcemanager.projects.get to the account that runs Firebreak',
    };
  }
}

/** gcp-facts 10. Support permissions are wished for, not needed: without them the case text goes to a human. */
export function permissionsFor(spec: RemediationSpec): readonly string[] {
  const writes = spec.services.some(({ deploy, pin }) => deploy !== null || pin !== null);
  return [
    'run.services.get',
    'run.services.list',
    'run.revisions.list',
    ...(writes ? ['run.services.update', 'run.operations.get', 'iam.serviceAccounts.actAs'] : []),
    ...(spec.connector === null ? [] : ['vpcaccess.connectors.get', 'vpcaccess.connectors.update', 'vpcaccess.operations.get']),
    ...(spec.database === null ? [] : ['cloudsql.instances.get']),
    'monitoring.timeSeries.list',
    'logging.logEntries.list',
    ...(spec.escalation.support === null
      ? []
      : ['cloudsupport.techCases.create', 'cloudsupport.techCases.list', 'cloudsupport.techCases.update']),
  ];
}

function permissionRefusal({ project }: RemediationSpec, permission: string): Refusal {
  return {
    check: `permission ${permission}`,
    why: `is not granted on ${project}.`,
    fix: `gcloud projects add-iam-policy-binding ${project} --member=serviceAccount:ACCOUNT --role=ROLE_WITH_${permission}`,
  };
}

async function missingNames({ cloud, spec }: Pick<ActivityOptions, 'cloud' | 'spec'>, signal: AbortSignal): Promise<readonly Refusal[]> {
  const services = (await cloud.run.listServices({ signal })).map(({ name }) => name);
  const absent = spec.services.filter(({ name }) => !services.includes(name));
  const refusals = absent.map(({ name }): Refusal => ({
    check: `service ${name}`,
    why: `does not exist in ${spec.region}; there are: ${services.join(', ') || 'none'}.`,
    fix: 'mend spec.services in the document, or spec.region',
  }));
  const { connector } = spec;
  if (connector === null) return refusals;
  try {
    await cloud.vpcAccess.getConnector(connector.name, { signal });
    return refusals;
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    return [
      ...refusals,
      {
        check: `connector ${connector.name}`,
        why: thrown.message,
        fix: `gcloud compute networks vpc-access connectors list --region=${spec.region}`,
      },
    ];
  }
}
