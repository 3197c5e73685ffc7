import { shortIn } from '../core/region.ts';
import { comment, scalar } from './lines.ts';
import { sayAll } from './survey.ts';
import type { Survey } from './survey.ts';

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/;

/** The way in that leads to most of the services; the document holds one. */
export function loadBalancerLines({ project, services, waysIn, regions }: Survey): readonly string[] {
  if (waysIn.value === null) return ['', ...comment(2, `load balancers: ${waysIn.problem ?? 'no reason'}`, 'not read')];
  const ours = waysIn.value
    .map((way) => {
      const backends = way.backends.filter(({ service }) => services.some(({ name }) => name === service));
      const led = way.hosts.filter(({ host, backend }) => DOMAIN.test(host) && backends.some(({ name }) => name === backend));
      return {
        name: way.name,
        reached: backends.length,
        domains: led.map(({ host }) => host),
        leads: backends.map(({ service }) => service),
        elsewhere: way.elsewhere ?? [],
      };
    })
    .filter(({ reached }) => reached > 0)
    .toSorted((a, b) => b.reached - a.reached);
  const [first, ...others] = ours.filter(({ domains }) => domains.length > 0);
  const nameless = ours.filter(({ domains }) => domains.length === 0);
  return [
    ...(ours.length === 0 ? [] : ['']),
    ...nameless.flatMap(({ name, leads }) => [
      ...comment(2, `by which domains do users reach ${name}, which leads to ${leads.join(', ')}? It names none.`, 'question'),
      ...(first === undefined ? [`  # loadBalancer: { urlMap: ${scalar(name)}, domains: [www.example.com] }`] : []),
    ]),
    ...ours.flatMap(({ name, elsewhere }) =>
      elsewhere.flatMap((region) =>
        comment(
          2,
          `${name} leads to ${region} too, which was not read. Shall Firebreak work there as well? Then begin with both: firebreak init --project ${project} ${[...regions, region].map((one) => `--region ${one}`).join(' ')} -o regions.yaml`,
          'question',
        ),
      ),
    ),
    ...others.flatMap(({ name, domains }) =>
      comment(2, `a document holds one load balancer: ${name} (${domains.join(', ')}) is not in it`),
    ),
    ...(first === undefined
      ? []
      : [
          ...comment(2, `It leads to ${first.leads.join(', ')}. A certificate in force must cover each domain.`),
          ...twinLines(first.leads),
          '  loadBalancer:',
          `    urlMap: ${scalar(first.name)}`,
          `    domains: [${[...new Set(first.domains)].map(scalar).join(', ')}]`,
        ]),
  ];
}

/** The same service in several regions behind one way in. */
function twinLines(leads: readonly string[]): readonly string[] {
  const shorts = [...new Set(leads.map(shortIn))];
  const twins = shorts.map((short) => leads.filter((name) => shortIn(name) === short)).filter((same) => new Set(same).size > 1);
  if (twins.length === 0) return [];
  return comment(
    2,
    `${twins.map((same) => sayAll([...new Set(same)])).join('; ')}: one service to users, so that while one is changed the other can serve them, where the backend service detects outliers.`,
  );
}
