import { defined } from '../../../core/defined.ts';
import type { RevisionDescription, ServiceDescription } from '../../world/description/description.ts';
import type { Seeded } from '../../surface/seeded.ts';
import { placed } from '../../world/place.ts';
import { locationPath, type Surface } from '../../surface/surface.ts';
import type { Fields } from '../../surface/wire.ts';
import type { Revision, Service } from './model.ts';
import { scalingJson } from './scaling.ts';

const DAY_MS = 86_400_000;
/** What Cloud Run shows for a container without a probe of its own (gcp-facts 2.5). */
const DEFAULT_PROBE = { timeoutSeconds: 240, periodSeconds: 240, failureThreshold: 1, tcpSocket: { port: 8080 } };

/** A service as it stands when the scenario begins, before its conditions have been looked at. */
export function initialService(surface: Surface, described: ServiceDescription, ids: Seeded): Service {
  const { startAt } = surface.scenario;
  const oldest = Math.max(...described.revisions.map(({ createdBefore }) => createdBefore));
  const newest = Math.min(...described.revisions.map(({ createdBefore }) => createdBefore));
  const revisions = described.revisions.map((revision): Revision => ({
    name: revision.name,
    uid: ids.uuid(),
    createdAt: startAt - revision.createdBefore,
    template: initialTemplate(surface, described, revision),
  }));
  const deployer = `deploy@${surface.project}.iam.gserviceaccount.com`;
  return {
    name: described.name,
    uid: ids.uuid(),
    createdAt: startAt - oldest - DAY_MS,
    creator: deployer,
    updatedAt: startAt - newest,
    lastModifier: deployer,
    version: (startAt - newest) * 1_000 + ids.between(0, 1_000),
    generation: described.generation,
    observedGeneration: described.generation,
    wanted: {
      template: defined(revisions[revisions.length - 1]).template,
      traffic: described.traffic.map(({ revision, percent, tag }) => ({ revision: revision ?? null, percent, tag: tag ?? null })),
      rest: { ingress: described.ingress, launchStage: 'GA', ...scalingJson(described) },
    },
    revisions,
    latestReady: null,
    statuses: [],
    latestInForce: null,
    settled: null,
    reconcilingSince: startAt,
    waiting: [],
  };
}

function vpcAccessOf(surface: Surface, { connector, direct, egress }: RevisionDescription): Fields {
  const reached = { egress: egress ?? 'PRIVATE_RANGES_ONLY' };
  if (connector !== null) return { vpcAccess: { connector: connectorPath(surface, connector), ...reached } };
  if (direct === undefined) return {};
  return { vpcAccess: { networkInterfaces: [{ network: direct.network, subnetwork: direct.subnet }], ...reached } };
}

function initialTemplate(surface: Surface, service: ServiceDescription, revision: RevisionDescription): Fields {
  const secrets = Object.entries(revision.secrets).map(([name, reference]) => {
    const [secret, version] = reference.split(':');
    return { name, valueSource: { secretKeyRef: { secret, version } } };
  });
  const env = [...Object.entries(revision.env).map(([name, value]) => ({ name, value })), ...secrets];
  return {
    scaling: { ...(revision.minInstances > 0 && { minInstanceCount: revision.minInstances }), maxInstanceCount: revision.maxInstances },
    ...vpcAccessOf(surface, revision),
    timeout: `${revision.timeout / 1_000}s`,
    serviceAccount: service.serviceAccount,
    containers: [
      {
        image: revision.image,
        ...(env.length > 0 && { env }),
        resources: {
          limits: { cpu: cpuQuantity(revision.cpu), memory: memoryQuantity(revision.memoryMib) },
          cpuIdle: true,
          ...(revision.startupCpuBoost && { startupCpuBoost: true }),
        },
        ports: [{ name: 'http1', containerPort: 8080 }],
        startupProbe:
          revision.startupProbe === 'http'
            ? { timeoutSeconds: 5, periodSeconds: 10, failureThreshold: 24, httpGet: { path: revision.probePath, port: 8080 } }
            : DEFAULT_PROBE,
      },
    ],
    maxInstanceRequestConcurrency: revision.concurrency,
  };
}

function connectorPath(surface: Surface, connector: string): string {
  const { name, region } = placed(connector, surface.region);
  return `${locationPath(surface, region)}/connectors/${name}`;
}

function cpuQuantity(cpu: number): string {
  return Number.isInteger(cpu) ? String(cpu) : `${Math.round(cpu * 1_000)}m`;
}

function memoryQuantity(mib: number): string {
  return mib % 1_024 === 0 ? `${mib / 1_024}Gi` : `${mib}Mi`;
}
