import type { CrashHarness } from '../../src/proof/crash-harness.ts';
import type { HandChange, Incident } from './generate.ts';

const ANN = 'ann@example.com';

/** What must still be there at the end, whoever wrote since. */
export interface Keepsake {
  readonly service: string;
  readonly holds: (service: ServiceJson) => boolean;
  readonly what: string;
}

export interface ServiceJson {
  readonly name: string;
  readonly etag: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly trafficStatuses?: readonly { readonly revision?: string; readonly percent?: number }[];
  readonly template: { readonly containers: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[] };
}

/** A change by hand, through the same API, as somebody with a console makes it. Answers what it should leave behind; null when it was refused. */
export async function changeByHand(stage: CrashHarness, { play }: Incident, change: HandChange): Promise<Keepsake | null> {
  const region = `projects/${play.spec.project}/locations/${play.spec.region}`;
  if (change.what === 'connector') {
    const path = `/v1/${region}/connectors/staging-connector?updateMask=minInstances,maxInstances,machineType`;
    await send(stage, 'PATCH', path, { minInstances: change.minInstances, maxInstances: 10, machineType: 'e2-standard-4' });
    return null;
  }
  const path = `/v2/${region}/services/${change.service}`;
  const service = (await send(stage, 'GET', path)) as ServiceJson | null;
  if (service === null) return null;
  if (change.what === 'traffic') {
    await send(stage, 'PATCH', `${path}?updateMask=traffic`, { traffic: await vectorFor(stage, path, service, change.share) });
    return null;
  }
  const { service: name } = change;
  if (change.what === 'label') {
    const answer = await send(stage, 'PATCH', `${path}?updateMask=labels`, { labels: { ...service.labels, 'by-hand': 'yes' } });
    return answer === null ? null : { service: name, what: 'a label', holds: ({ labels }) => labels?.['by-hand'] === 'yes' };
  }
  const [first, ...others] = service.template.containers;
  const containers = [{ ...first, env: [...(first?.env ?? []), { name: 'BY_HAND', value: 'yes' }] }, ...others];
  const answer = await send(stage, 'PATCH', `${path}?updateMask=template.containers`, { template: { containers } });
  const holds = ({ template }: ServiceJson): boolean => (template.containers[0]?.env ?? []).some(({ name: env }) => env === 'BY_HAND');
  return answer === null ? null : { service: name, what: 'an environment value', holds };
}

/** The service as it is; null when it cannot be read. */
export async function serviceNow(stage: CrashHarness, { play }: Incident, name: string): Promise<ServiceJson | null> {
  return (await send(
    stage,
    'GET',
    `/v2/projects/${play.spec.project}/locations/${play.spec.region}/services/${name}`,
  )) as ServiceJson | null;
}

/** `share` percent to one of the two newest revisions, the rest to the other. */
async function vectorFor(stage: CrashHarness, path: string, service: ServiceJson, share: number): Promise<readonly object[]> {
  const { revisions = [] } = ((await send(stage, 'GET', `${path}/revisions?pageSize=10`)) ?? {}) as {
    revisions?: readonly { name: string }[];
  };
  const names = revisions.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
  const type = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
  const newest = names[0] ?? `${service.name.slice(service.name.lastIndexOf('/') + 1)}-00001-aaa`;
  const target = (revision: string, percent: number): object => ({ type, revision, percent });
  return share === 100 || names[1] === undefined
    ? [target(names.at(-1) ?? newest, 100)]
    : [target(newest, share), target(names[1], 100 - share)];
}

/** The answer's body, or null when it was refused or lost. */
async function send(stage: CrashHarness, method: string, path: string, body?: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'x-sim-actor': ANN };
  const answer = await stage.simulator.handle({ method, path, headers, body: body === undefined ? '' : JSON.stringify(body) });
  return answer.status === 200 ? (JSON.parse(answer.body) as unknown) : null;
}
