import type { Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf } from '../observation-queries.ts';
import { isPublic, privateTimeouts } from '../infrastructure/timeouts.ts';

/**
 * Cloud NAT has no port left for new connections to public addresses. Time-outs that name no private address are what its clients see
 * of it; the connector, which leads to private ones, neither shows nor mends it.
 */
export const natPorts: Rule = (observation) => {
  const said = signs(observation, 'nat-ports');
  if (said.length === 0) return [];
  const inside = new Set(privateTimeouts(observation));
  const timeouts = signs(observation, 'connect-timeout').filter((group) => isPublic(group) || !inside.has(group));
  const groups = [...said, ...timeouts];
  const hosts = factOf(groups, 'host').split(', ').filter(Boolean).slice(0, 3).join(', ');
  return [
    {
      kind: 'configuration',
      subject: said[0]?.service ?? '',
      confidence: timeouts.length > 0 || countOf(said) >= 3 ? 0.9 : 0.6,
      summary: `Cloud NAT drops packets for want of ports (${countOf(said)} ${countOf(said) === 1 ? 'line' : 'lines'}${hosts === '' ? '' : `; to ${hosts}`}): more ports per VM or more addresses for the gateway, or fewer connections; a larger connector makes it worse`,
      evidence: [...evidenceOf(said, 3), ...evidenceOf(timeouts, 2)],
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: curesOf(said),
    },
  ];
};
