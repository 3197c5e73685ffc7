import type { LogGroup, ServiceState } from '../../core/model/observation.ts';
import { boundsOf, mostInstances } from '../../core/service/bounds.ts';
import { named, quoted } from '../../core/shell.ts';
import { containerName } from '../../core/service/containers.ts';
import { freshState } from '../step-decisions.ts';
import type { PlanScope } from '../step-decisions.ts';
import { sayMemory, memoryThatFits } from './memory.ts';

/** The command that mends what lines name, for people to run; where a mechanism has no exact one, none is printed. */
export function commandsFor(scope: PlanScope, groups: readonly LogGroup[]): readonly string[] {
  return [...new Set(groups.flatMap((group) => BY_SIGNATURE[group.signature]?.(scope, group) ?? []))];
}

const BY_SIGNATURE: Readonly<Record<string, (scope: PlanScope, group: LogGroup) => readonly string[]>> = {
  'memory-limit': moreMemory,
  'missing-setting': addedSetting,
  'secret-version': enabledVersion,
  'missing-role': grantedRole,
  'no-available-instance': moreInstances,
};

function moreMemory(scope: PlanScope, { service, facts }: LogGroup): readonly string[] {
  const state = freshState(scope, service);
  if (state === null) return [];
  const fits = memoryThatFits([facts['limit'], facts['used'], state.template.memory], state.template.cpu);
  return fits === null ? [] : update(scope, state, `--memory=${sayMemory(fits.memory)}${fits.cpu === null ? '' : ` --cpu=${fits.cpu}`}`);
}

/** The bound that is reached, doubled: of the service itself at once, of its template with a new revision. */
function moreInstances(scope: PlanScope, { service }: LogGroup): readonly string[] {
  const state = freshState(scope, service);
  const most = state === null ? null : mostInstances(state, 1);
  const bounds = state === null ? null : boundsOf(state);
  if (state === null || most === null || bounds === null) return [];
  const wanted = 2 * most;
  const ofService = bounds.maxInstances !== null && bounds.maxInstances < wanted ? [`--max=${wanted}`] : [];
  const ofTemplate = (state.template.maxInstances ?? Infinity) < wanted ? [`--max-instances=${wanted}`] : [];
  return [`gcloud run services update ${named(service, scope.spec)} ${[...ofService, ...ofTemplate].join(' ')}`];
}

/** A name that only environment variables have: what else is missing may be a file, or a part of the program. */
function addedSetting(scope: PlanScope, { service, facts: { setting = '' } }: LogGroup): readonly string[] {
  const state = freshState(scope, service);
  return state === null || !/^[A-Z][A-Z0-9_]{2,}$/.test(setting) ? [] : update(scope, state, `--update-env-vars=${setting}=VALUE`);
}

/** By Cloud Run's own line alone: what a program prints may come from outside, and a version may be disabled for good reason. One that is destroyed stays so. */
function enabledVersion({ spec }: PlanScope, { facts: { setting = '' }, byPlatform = 0, sample }: LogGroup): readonly string[] {
  if (byPlatform === 0 || /destroyed/i.test(sample)) return [];
  const [, secret, version] = /secrets\/([\w-]{1,255})\/versions\/(\d{1,20})$/.exec(setting) ?? [];
  if (secret === undefined || version === undefined) return [];
  return [`gcloud secrets versions enable ${version} --secret=${secret} --project=${quoted(spec.project)}`];
}

/** The predefined role for a permission that programs on Cloud Run are refused, where the project is where it is given: of secrets each has its own. */
const ROLES: readonly (readonly [RegExp, string])[] = [
  [/^(?:cloudsql\.instances\.(?:connect|get)|.*Cloud SQL Client)$/, 'roles/cloudsql.client'],
];

function grantedRole(scope: PlanScope, { service, facts: { permission = '' } }: LogGroup): readonly string[] {
  const account = freshState(scope, service)?.template.serviceAccount ?? null;
  const role = ROLES.find(([pattern]) => pattern.test(permission))?.[1];
  if (account === null || role === undefined) return [];
  return [
    `gcloud projects add-iam-policy-binding ${quoted(scope.spec.project)} --member=${quoted(`serviceAccount:${account}`)} --role=${role}`,
  ];
}

/** A new revision of the service; of several containers, of the one that serves. */
function update({ spec }: PlanScope, state: ServiceState, flags: string): readonly string[] {
  const container = containerName(state.settings.template());
  const of = container === null ? '' : `--container=${quoted(container)} `;
  return [`gcloud run services update ${named(state.name, spec)} ${of}${flags}`];
}
