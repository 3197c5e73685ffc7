import type { Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { Verdict } from '../core/model/verdict.ts';
import { checkCertificates } from './checks/certificates.ts';
import { checkChain } from './checks/chain.ts';

/**
 * Whether users get in by the load balancer that the document names: every link from its address to the services is there, and each
 * domain has a certificate in force at the time of this look. Well services behind a door that is shut serve nobody. null: none is named.
 */
export function judgeWayIn(observation: Observation, spec: RemediationSpec): Verdict | null {
  if (spec.loadBalancer === null) return null;
  const { urlMap } = spec.loadBalancer;
  const { chain, certificates } = observation.loadBalancer ?? {};
  if (chain?.freshness !== 'fresh' || certificates?.freshness !== 'fresh') {
    const problem = chain?.freshness === 'fresh' ? certificates?.problem : chain?.problem;
    return { outcome: 'inconclusive', because: `${urlMap}: the way in was not seen lately${problem === undefined ? '' : ` (${problem})`}` };
  }
  const found = [...checkChain(observation, spec), ...checkCertificates(observation, spec)];
  const broken = found.filter(({ severity }) => severity === 'broken').map(({ what }) => what);
  if (broken.length > 0) return { outcome: 'fail', because: `${urlMap}: ${broken.join('; ')}` };
  return { outcome: 'pass', because: `${urlMap}: every link is there, and each domain has a certificate in force` };
}
