import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import { TerminalError } from '../../../core/errors.ts';
import type { RemediationSpec } from '../../../core/model/spec.ts';
import { asWarning, CLEAN, refused, together, unlessRefused, warned } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';
import { kindsAsked, kindsOfService } from '../../../steps/kinds.ts';
import { servicesOf } from './names.ts';
import { isActAs, neededPermissions, wishedPermissions } from './permissions.ts';
import type { Needed } from '../../../steps/kind.ts';

/** APIs that are switched on, and what the caller may do. Without these no later answer could be trusted. */
export async function checkAccess(checked: Checked): Promise<PreflightAnswer> {
  return together(await Promise.all([checkApis(checked), checkPermissions(checked)]));
}

async function checkApis({ cloud, spec, signal }: Checked): Promise<PreflightAnswer> {
  const needed = neededApis(spec);
  const wished = [
    ...(spec.escalation.support === null ? [] : ['cloudsupport.googleapis.com']),
    ...(spec.loadBalancer === null ? [] : ['compute.googleapis.com']),
  ];
  return asWarning(
    async () => {
      const enabled = await cloud.permissions.enabledApis([...needed, ...wished], { signal });
      const off = (apis: readonly string[]): readonly string[] => apis.filter((api) => !enabled.includes(api));
      return together([
        ...off(needed).map((api) => refused(`API ${api}`, `is off in ${spec.project}.`, switchOn(spec, api))),
        ...off(wished).map((api) => warned(`API ${api} is off in ${spec.project}: ${switchOn(spec, api)}`)),
      ]);
    },
    ({ message }) => `which APIs are on could not be read (${message}); one that is off will say so itself`,
  );
}

function neededApis(spec: RemediationSpec): readonly string[] {
  return [
    'run.googleapis.com',
    'monitoring.googleapis.com',
    'logging.googleapis.com',
    ...kindsAsked(spec).flatMap(({ needs }) => needs.apis),
    ...(spec.databases.length === 0 ? [] : ['sqladmin.googleapis.com']),
  ];
}

function switchOn({ project }: RemediationSpec, api: string): string {
  return `gcloud services enable ${api} --project=${project}`;
}

async function checkPermissions(checked: Checked): Promise<PreflightAnswer> {
  const { cloud, spec, signal } = checked;
  const [needed, wished] = [neededPermissions(spec), wishedPermissions(spec)];
  return unlessRefused(
    async () => {
      const asked = [...needed, ...wished].map(({ permission }) => permission);
      const granted = new Set(await cloud.permissions.granted([...new Set(asked)], { signal }));
      const missing = needed.filter(({ permission }) => !granted.has(permission));
      const lost = Map.groupBy(
        wished.filter(({ permission }) => !granted.has(permission)),
        ({ without }) => without,
      );
      return together([
        ...missing.filter((each) => !isActAs(each)).map((each) => permissionRefusal(spec, each)),
        ...(await Promise.all(missing.filter(isActAs).map((each) => checkActAs(checked, each)))),
        ...[...lost].map(([without, each]) => warned(`${each.map(({ permission }) => permission).join(', ')} is missing: ${without}`)),
      ]);
    },
    ({ message }) =>
      refused(
        'permissions',
        `the permissions could not be tested: ${message}`,
        grant(spec, 'roles/browser', 'the account that runs Firebreak'),
      ),
  );
}

/** Not granted on the project: it may still be granted on each runtime account, which is how least privilege has it (gcp-facts 10). */
function checkActAs(checked: Checked, needed: Needed): Promise<PreflightAnswer> {
  return unlessRefused(
    () => checkAccounts(checked, needed),
    () => permissionRefusal(checked.spec, needed),
  );
}

async function checkAccounts(checked: Checked, needed: Needed): Promise<PreflightAnswer> {
  const { cloud, spec, signal } = checked;
  const services = (await servicesOf(checked)).services.filter(({ name }) => kindsOfService(spec, name).length > 0);
  const accounts = [...new Set(services.map(({ template }) => template.serviceAccount))];
  const answers = accounts.map(async (account): Promise<PreflightAnswer> => {
    if (account === null || !(await mayActAs(cloud, account, signal))) return permissionRefusal(spec, needed, account);
    return CLEAN;
  });
  return together(await Promise.all(answers));
}

async function mayActAs(cloud: Checked['cloud'], account: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await cloud.permissions.mayActAs(account, { signal });
  } catch (thrown) {
    if (thrown instanceof TerminalError) return false;
    throw thrown;
  }
}

function permissionRefusal(spec: RemediationSpec, { permission, role }: Needed, account?: string | null): PreflightAnswer {
  const where = account === undefined || account === null ? spec.project : `${spec.project} nor on ${account}`;
  const fix =
    account === undefined || account === null
      ? grant(spec, role)
      : `gcloud iam service-accounts add-iam-policy-binding ${account} --project=${spec.project} --member=serviceAccount:ACCOUNT --role=${role}`;
  return refused(`permission ${permission}`, `is not granted on ${where}.`, fix);
}

/** ACCOUNT is for the reader to fill in: whoever runs this does not always know its own name. */
export function grant({ project }: RemediationSpec, role: string, who = ''): string {
  const binding = `gcloud projects add-iam-policy-binding ${project} --member=serviceAccount:ACCOUNT --role=${role}`;
  return who === '' ? binding : `${binding} (${who})`;
}
