import { TerminalError } from '../errors.ts';
import type { DeploySpec, DesiredNetwork, DesiredTemplate } from '../model/spec.ts';
import { mainIndex } from './containers.ts';
import { object, objects } from './json.ts';
import type { Json } from './json.ts';

/** Which of our changes made a template: changes at each deploy, because an identical template makes no revision (gcp-facts 0.6). */
export const CHANGE_ANNOTATION = 'firebreak.dev/change';

export interface TemplateChange {
  readonly template: Json;
  /** Exactly the fields that are touched, below `template`; `revision` is cleared, so that Google names the new one. */
  readonly mask: readonly string[];
}

/**
 * The template of the next revision: what a deploy writes, and what the plan shows of it. Pure. Ours stays as it is, unknown fields
 * included, but for
 * - the annotation `firebreak.dev/change`;
 * - image and environment of the main container where `deploy` gives them;
 * - with `like` (the template of the service that works): its probes, resources, scaling and egress, each only where it has one.
 *   Never its environment, secrets, image, service account, connector or volumes. A probe that names the other's port gets ours;
 * - with `network`: what goes through the connector, or an interface of its own in its place.
 * @throws TerminalError `env-is-secret` when a plain value would replace a reference to a secret.
 */
export function nextTemplate(
  own: Json,
  change: { readonly key: string; readonly deploy: DesiredTemplate; readonly like: Json | null },
): TemplateChange {
  const { revision: _named, ...kept } = own;
  const annotations = { ...object(own.annotations), [CHANGE_ANNOTATION]: change.key };
  const containers = nextContainers(own, change.deploy, change.like);
  const scaling = change.like === null ? undefined : change.like.scaling;
  const vpcAccess = nextVpcAccess(own, change.like, change.deploy.network);
  return {
    template: {
      ...kept,
      annotations,
      ...(containers === null ? {} : { containers }),
      ...(scaling === undefined ? {} : { scaling }),
      ...(vpcAccess === null ? {} : { vpcAccess: vpcAccess.value }),
    },
    mask: [
      'annotations',
      'revision',
      ...(containers === null ? [] : ['containers']),
      ...(scaling === undefined ? [] : ['scaling']),
      ...(vpcAccess === null ? [] : [vpcAccess.mask]),
    ],
  };
}

/** The variable that `env` would turn from a reference to a secret into a plain value, or null. Such a deploy is never written. */
export function secretReplaced(own: Json, env: DeploySpec['env']): string | null {
  const containers = objects(own.containers);
  const secret = objects(containers[mainIndex(containers)]?.env).find(
    ({ name, valueSource }) => valueSource !== undefined && Object.hasOwn(env, String(name)),
  );
  return secret === undefined ? null : String(secret.name);
}

function nextContainers(own: Json, deploy: DeploySpec, like: Json | null): readonly Json[] | null {
  const containers = objects(own.containers);
  const at = mainIndex(containers);
  const main = containers[at];
  if (main === undefined) throw new TerminalError('no-container', 'the template has no container');
  if (deploy.image === null && Object.keys(deploy.env).length === 0 && like === null) return null;
  const secret = secretReplaced(own, deploy.env);
  if (secret !== null) throw new TerminalError('env-is-secret', `${secret} refers to a secret; it is not replaced by a plain value`);
  const imaged = deploy.image === null ? main : { ...main, image: deploy.image };
  const env = Object.keys(deploy.env).length === 0 ? imaged : { ...imaged, env: nextEnv(objects(main.env), deploy.env) };
  return containers.with(at, like === null ? env : alike(env, like));
}

function nextEnv(present: readonly Json[], set: DeploySpec['env']): readonly Json[] {
  const kept = present.filter(({ name }) => !Object.hasOwn(set, String(name)));
  return [...kept, ...Object.entries(set).map(([name, value]) => ({ name, value }))];
}

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];

function alike(main: Json, like: Json): Json {
  const others = objects(like.containers);
  const other = others[mainIndex(others)] ?? {};
  const probes = PROBES.filter((name) => other[name] !== undefined).map((name) => [
    name,
    withOurPort(object(other[name]), portOf(other), portOf(main)),
  ]);
  const resources = other.resources === undefined ? {} : { resources: other.resources };
  return { ...main, ...Object.fromEntries(probes), ...resources };
}

/** Probes may spell out the container's port; on our container that must be our port. */
function withOurPort(probe: Json, theirs: unknown, ours: unknown): Json {
  const moved = Object.entries(probe).map(([field, value]) => {
    if (!['httpGet', 'tcpSocket', 'grpc'].includes(field) || object(value).port !== theirs || theirs === ours) return [field, value];
    const { port: _theirs, ...rest } = object(value);
    return [field, ours === undefined ? rest : { ...rest, port: ours }];
  });
  return Object.fromEntries(moved);
}

function portOf(container: Json): unknown {
  return objects(container.ports)[0]?.containerPort;
}

interface NextVpcAccess {
  readonly value: Json;
  readonly mask: 'vpcAccess' | 'vpcAccess.egress';
}

/** Egress means nothing without a connector or interface of our own. */
function nextVpcAccess(own: Json, like: Json | null, wished: DesiredNetwork | undefined): NextVpcAccess | null {
  if (wished?.to === 'direct') return directly(own, wished);
  const egress = wished === undefined ? object(like?.vpcAccess).egress : 'PRIVATE_RANGES_ONLY';
  if (egress === undefined || own.vpcAccess === undefined) return null;
  return { value: { ...object(own.vpcAccess), egress }, mask: 'vpcAccess.egress' };
}

/** Exactly one of connector and interface may be set; what goes through it stays as it is. */
function directly({ vpcAccess }: Json, { network, subnet }: Extract<DesiredNetwork, { to: 'direct' }>): NextVpcAccess {
  const { egress } = object(vpcAccess);
  const kept = egress === undefined ? {} : { egress };
  return { value: { networkInterfaces: [{ network, subnetwork: subnet }], ...kept }, mask: 'vpcAccess' };
}
