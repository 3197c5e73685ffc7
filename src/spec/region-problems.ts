import { locatedOf } from '../core/region.ts';
import { servicesIn } from './named-resources.ts';
import type { Path, Problem } from './problems.ts';
import type { RemediationDocument } from './schema.ts';

type Service = RemediationDocument['spec']['services'][number];

/** Where a document works in several regions: their order is told by the list, and what a region does not share with another. */
export function regionProblems(spec: RemediationDocument['spec']): readonly Problem[] {
  const services = servicesIn(spec);
  const regionOf = (name: string): string => locatedOf(name, spec.region).region;
  const regions = services.map(({ name }) => regionOf(name));
  return services.flatMap((service, index) => {
    const at = ['spec', 'services', index];
    const region = regionOf(service.name);
    return [...comesAgain(regions, index, at), ...likeAbroad(service, region, { at, regionOf })];
  });
}

/** One region after the other: the next begins when all of one are proven. */
function comesAgain(regions: readonly string[], index: number, at: Path): readonly Problem[] {
  const region = regions[index] ?? '';
  if (index === 0 || regions[index - 1] === region || !regions.slice(0, index).includes(region)) return [];
  const what = `${region} comes again after ${regions[index - 1]}: regions are worked on one after the other, in the order of the list`;
  return [problem('spec-region-order', [...at, 'name'], what, `put all services of ${region} together`)];
}

/** A connector, and secrets with a place of their own, belong to a region. */
function likeAbroad(
  { name, deploy }: Service,
  region: string,
  { at, regionOf }: { readonly at: Path; readonly regionOf: (name: string) => string },
): readonly Problem[] {
  const like = deploy?.like;
  if (like === undefined || regionOf(like) === region) return [];
  const what = `${name} would take over the network of ${like}, which is in ${regionOf(like)}`;
  return [problem('spec-region', [...at, 'deploy', 'like'], what, `name a service of ${region}`)];
}

function problem(code: string, path: Path, what: string, fix: string): Problem {
  return { code, path, at: 'value', what, fix };
}
