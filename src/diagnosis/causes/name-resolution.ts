import { isAtGoal, riddenBy } from '../infrastructure/connectors.ts';
import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf } from '../observation-queries.ts';
import { privateTimeouts } from '../infrastructure/timeouts.ts';

const LITERAL_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The resolver has answered: there is no such name. Anything else may be the resolver itself. */
const NO_SUCH_NAME = /ENOTFOUND|EAI_NONAME|no such host|No such host|not known|NXDOMAIN|UnknownHostException|Unknown MySQL server host/;

/** So many unresolved names to one connection that timed out: it is not that a packet was lost now and then. */
const MOST = 0.5;
/** Lines below which a name may have been lost by chance. */
const LEAST = 3;

/**
 * Services of which so many look-ups fail beside the connections that time out that the names themselves are away: what cannot be
 * resolved is asked for again and again, and fills a connector by that. A literal address is no name that could be lost. Their groups of
 * lines; empty: none.
 */
export function lostNames(observation: Observation): readonly LogGroup[] {
  const groups = signs(observation, 'name-resolution').filter(({ facts }) => !LITERAL_ADDRESS.test(facts['host'] ?? ''));
  const timeouts = privateTimeouts(observation);
  const linesOf = (all: readonly LogGroup[], service: string): number => countOf(all.filter((group) => group.service === service));
  return groups.filter(({ service }) => {
    const names = linesOf(groups, service);
    return names >= LEAST && names >= linesOf(timeouts, service) * MOST;
  });
}

/**
 * `Error -3` is the resolver, not the path; on a literal address it hints at a malformed host value (gcp-facts 12.1). Where the
 * connector that they ride is saturated the resolver's own packets are lost with the others: a few of them are a symptom (`lostNames`).
 */
export const nameResolution: Rule = (observation, spec) => {
  const groups = signs(observation, 'name-resolution');
  if (groups.length === 0) return [];
  const host = factOf(groups, 'host');
  const literal = host.split(', ').some((name) => LITERAL_ADDRESS.test(name));
  const hint = literal ? '; a literal address needs no resolving: look for a blank or a malformed host value' : '';
  const isUnknown = groups.every(({ sample }) => NO_SUCH_NAME.test(sample));
  const services = groups.map(({ service }) => service);
  const symptom = lostNames(observation).length === 0 && riddenBy(observation, spec, services).some((one) => isAtGoal(one, spec));
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
