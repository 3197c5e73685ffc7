import { isAtGoal, riddenBy } from '../connectors.ts';
import type { Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf } from '../observation-queries.ts';

const LITERAL_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The resolver has answered: there is no such name. Anything else may be the resolver itself. */
const NO_SUCH_NAME = /ENOTFOUND|EAI_NONAME|no such host|No such host|not known|NXDOMAIN|UnknownHostException|Unknown MySQL server host/;

/**
 * `Error -3` is the resolver, not the path; on a literal address it hints at a malformed host value (gcp-facts 12.1). Where the
 * connector that they ride is saturated the resolver's own packets are lost with the others: then it is a symptom.
 */
export const nameResolution: Rule = (observation, spec) => {
  const groups = signs(observation, 'name-resolution');
  if (groups.length === 0) return [];
  const host = factOf(groups, 'host');
  const literal = host.split(', ').some((name) => LITERAL_ADDRESS.test(name));
  const hint = literal ? '; a literal address needs no resolving: look for a blank or a malformed host value' : '';
  const isUnknown = groups.every(({ sample }) => NO_SUCH_NAME.test(sample));
  const services = groups.map(({ service }) => service);
  const symptom = riddenBy(observation, spec, services).some((one) => isAtGoal(one, spec));
  return [
    {
      kind: 'name-resolution',
      subject: host === '' ? (groups[0]?.service ?? '') : host,
      confidence: symptom ? 0.3 : countOf(groups) >= 3 ? 0.85 : 0.6,
      summary: `${host === '' ? 'names' : host} cannot be resolved (${isUnknown ? 'no such name' : 'EAI_AGAIN, error -3'}): ${countOf(groups)} lines${hint}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: isUnknown ? ['setting', ...curesOf(groups)] : curesOf(groups),
    },
  ];
};
