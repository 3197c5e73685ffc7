import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import { checkCertificates } from '../checks/certificates.ts';
import { checkChain } from '../checks/chain.ts';
import { servingRevisions } from '../observation-queries.ts';
import { requestStatement } from './request-evidence.ts';

/**
 * Whether users get in by the load balancer that the document names: every link from its address to the services is there, and each
 * domain has a certificate in force at the time of this look. A link to a service whose users are served well is not held against it. Well
 * services behind a door that is shut serve nobody. null: none is named.
 */
export function judgeWayIn(observation: Observation, spec: RemediationSpec): Verdict | null {
  if (spec.loadBalancer === null) return null;
  const { urlMap } = spec.loadBalancer;
  const { chain, certificates } = observation.loadBalancer ?? {};
  if (chain?.freshness !== 'fresh' || certificates?.freshness !== 'fresh') {
    const problem = chain?.freshness === 'fresh' ? certificates?.problem : chain?.problem;
    return { outcome: 'inconclusive', because: `${urlMap}: the way in was not seen lately${problem === undefined ? '' : ` (${problem})`}` };
  }
  const links = checkChain(observation, spec);
  const excused = links.filter(({ subject }) => areUsersWell(observation, spec, subject)).map(({ what }) => what);
  const shut = links.map(({ what }) => what).filter((what) => !excused.includes(what));
  const unproven = checkCertificates(observation, spec).filter(({ severity }) => severity === 'broken');
  const broken = [...shut, ...unproven.map(({ what }) => what)];
  if (broken.length > 0) return { outcome: 'fail', because: `${urlMap}: ${broken.join('; ')}` };
  const way = excused.length === 0 ? 'every link is there' : `users get in and are served well, though ${excused.join('; ')}`;
  return { outcome: 'pass', because: `${urlMap}: ${way}; each domain has a certificate in force` };
}

/** Domains whose users meet no certificate in force, while other domains of the document have one and every link is there; empty: it is not about some alone. */
export function shutDomains(observation: Observation, spec: RemediationSpec): readonly string[] {
  const { domains = [] } = spec.loadBalancer ?? {};
  const shut = checkCertificates(observation, spec).flatMap(({ severity, subject }) => (severity === 'broken' ? [subject] : []));
  return shut.length < domains.length && checkChain(observation, spec).length === 0 ? shut : [];
}

/** Users who get in and are answered well show that they come by a way that is open. */
function areUsersWell(observation: Observation, spec: RemediationSpec, name: string): boolean {
  const service = observation.services[name];
  if (service === undefined) return false;
  const statement = requestStatement(spec, service, { serving: servingRevisions(service), since: null, now: observation.at });
  return statement.word === 'well';
}
