import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import type { ServiceState } from '../../../core/model/observation.ts';
import type { RemediationSpec, ServiceSpec } from '../../../core/model/spec.ts';
import { CLEAN, refused, together, warned } from './findings.ts';
import type { Checked } from './findings.ts';
import { isPulledFrom, lookUpCommand, readImage } from './image.ts';

type Revisions = Readonly<Record<string, ServiceState['revisions']>>;

/** What the document names in Cloud Run exists: services, pinned revisions, the service to be like; the image can be one. */
export async function checkServices({ cloud, spec, signal }: Checked): Promise<PreflightAnswer> {
  const pinned = spec.services.some(({ pin }) => pin !== null && pin.revision !== 'lastHealthy');
  const images = spec.services.some(({ deploy }) => deploy !== null && deploy.image !== null);
  const [services, revisions] = await Promise.all([
    cloud.run.listServices({ signal }),
    pinned || images ? cloud.run.listRevisions('-', { signal }) : ({} as Revisions),
  ]);
  const there = new Set(services.map(({ name }) => name));
  return together(
    spec.services.map((service) =>
      there.has(service.name)
        ? together([checkPin(spec, service, revisions), checkLike(spec, service, there), checkImage(service, services, revisions)])
        : noService(spec, `service ${service.name}`, there),
    ),
  );
}

function noService({ project, region }: RemediationSpec, check: string, there: ReadonlySet<string>): PreflightAnswer {
  return refused(
    check,
    `does not exist in ${region}; there are: ${[...there].join(', ') || 'none'}.`,
    `mend spec.services or spec.region in the document; gcloud run services list --region=${region} --project=${project}`,
  );
}

function checkPin({ project, region }: RemediationSpec, { name, pin }: ServiceSpec, revisions: Revisions): PreflightAnswer {
  if (pin === null || pin.revision === 'lastHealthy') return CLEAN;
  const known = revisions[name] ?? [];
  if (known.some((revision) => revision.name === pin.revision)) return CLEAN;
  const newest = known.slice(0, 3).map((revision) => revision.name);
  return refused(
    `revision ${pin.revision}`,
    `does not exist (any more); the newest of ${name}: ${newest.join(', ') || 'none'}.`,
    `pin another one, or lastHealthy; gcloud run revisions list --service=${name} --region=${region} --project=${project}`,
  );
}

function checkLike(spec: RemediationSpec, { name, deploy }: ServiceSpec, there: ReadonlySet<string>): PreflightAnswer {
  const like = deploy?.like ?? null;
  // One of the document's own services is told by itself.
  if (like === null || there.has(like) || spec.services.some((service) => service.name === like)) return CLEAN;
  return noService(spec, `service ${like}, which ${name} is to be like,`, there);
}

/** The registry is not asked: what runs somewhere already can be pulled, everything else is only likely to be. */
function checkImage({ name, deploy }: ServiceSpec, services: readonly ServiceState[], revisions: Revisions): PreflightAnswer {
  const image = deploy?.image ?? null;
  if (image === null) return CLEAN;
  const reference = readImage(image);
  if (reference === null)
    return refused(
      `image ${image}`,
      `of ${name} is not an image reference.`,
      'write it as REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE:TAG',
    );
  const running = [
    ...services.map(({ template }) => template.image),
    ...Object.values(revisions).flatMap((all) => all.map((each) => each.image)),
  ];
  if (running.includes(image)) return CLEAN;
  const lookUp = lookUpCommand(image, reference);
  if (!isPulledFrom(reference.host))
    return warned(`Cloud Run does not pull from ${reference.host} by itself; see to it that it can: ${lookUp}`);
  return warned(`no revision runs ${image} yet: whether it is there is not known; ${lookUp}`);
}
