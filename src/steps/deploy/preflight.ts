import type { DeploySpec, RemediationSpec } from '../../core/model/spec.ts';
import { CLEAN, noService, refused, together, warned } from '../findings.ts';
import type { Checked, Findings } from '../findings.ts';
import type { Region } from '../kind.ts';
import { isPulledFrom, lookUpCommand, readImage } from './image.ts';

/** The service to be like exists, and the image can be one. */
export async function preflightDeploy(name: string, { spec }: Checked, region: Region): Promise<Findings> {
  const deploy = spec.services.find((service) => service.name === name)?.deploy ?? null;
  if (deploy === null) return CLEAN;
  return together([await checkLike(spec, name, deploy, region), await checkImage(name, deploy, region)]);
}

async function checkLike(spec: RemediationSpec, name: string, { like }: DeploySpec, { services }: Region): Promise<Findings> {
  // One of the document's own services is told by itself.
  if (like === null || spec.services.some((service) => service.name === like)) return CLEAN;
  const there = (await services()).map((service) => service.name);
  return there.includes(like) ? CLEAN : noService(spec, like, { check: `service ${like}, which ${name} is to be like,`, there });
}

/** The registry is not asked: what runs somewhere already can be pulled, everything else is only likely to be. */
async function checkImage(name: string, { image }: DeploySpec, { services, revisions }: Region): Promise<Findings> {
  if (image === null) return CLEAN;
  const reference = readImage(image);
  if (reference === null)
    return refused(
      `image ${image}`,
      `of ${name} is not an image reference.`,
      'write it as REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE:TAG',
    );
  const running = [
    ...(await services()).map(({ template }) => template.image),
    ...Object.values(await revisions()).flatMap((all) => all.map((each) => each.image)),
  ];
  if (running.includes(image)) return CLEAN;
  const lookUp = lookUpCommand(image, reference);
  if (!isPulledFrom(reference.host))
    return warned(`Cloud Run does not pull from ${reference.host} by itself; see to it that it can: ${lookUp}`);
  return warned(`no revision runs ${image} yet: whether it is there is not known; ${lookUp}`);
}
