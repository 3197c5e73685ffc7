import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { Finding, Rule } from '../finding.ts';
import { OF_A_CALLEE } from '../logs/group-logs.ts';
import { groupsOf, knownServices } from '../observation-queries.ts';
import type { Harm } from '../observation-queries.ts';
import { UNRECOGNISED } from '../signatures.ts';

/** From here on what dies is dead beyond doubt, and who says that it calls it in vain fails with it. */
const CERTAIN = 0.9;
/** So much of what a caller complains of must name the callee. */
const MOSTLY = 0.8;
/** Words of a call that failed: a name alone may be any word. */
const OF_A_CALL =
  /\b(?:call\w{0,4}|upstream|request\w{0,3}|fetch\w{0,3}|connect\w{0,4}|respon\w{1,5}|answer\w{0,3}|unavailable|time\w{0,3}[- ]?out|refused|reset|dial|rpc|backend|50[0234])\b/i;

/**
 * The same rule, whose proven deaths also cover the callers that name what dies in what they complain of: in a capture the lines are all that
 * ties the two. A caller that names nothing, or names another, keeps its own unknown.
 */
export function withCallers(rule: Rule): Rule {
  return (observation, spec) => rule(observation, spec).map((finding) => withItsCallers(finding, observation));
}

function withItsCallers(finding: Finding, observation: Observation): Finding {
  if (finding.kind !== 'application-crash' || finding.confidence < CERTAIN || finding.effect === true) return finding;
  const callee = knownServices(observation).find((name) => groupsOf(observation, name, finding.subject).length > 0);
  if (callee === undefined) return finding;
  const callers = knownServices(observation).filter((name) => name !== callee && namesIt(groupsOf(observation, name), callee));
  if (callers.length === 0) return finding;
  const isCaller = ({ service }: Harm): boolean => callers.includes(service);
  return {
    ...finding,
    summary: `${finding.summary}; ${callers.join(', ')}, whose lines name ${callee}, ${callers.length === 1 ? 'fails' : 'fail'} with it`,
    covers: (harm) => finding.covers(harm) || isCaller(harm),
    explains: (harm) => (finding.covers(harm) ? (finding.explains?.(harm) ?? 1) : 1),
  };
}

/** Most of what these lines complain of names the callee, in words of a call. */
export function namesIt(groups: readonly LogGroup[], callee: string): boolean {
  const said = groups
    .filter(({ signature }) => signature === UNRECOGNISED || signature === OF_A_CALLEE)
    .flatMap(({ loudest = [] }) => loudest);
  const all = said.reduce((sum, { count }) => sum + count, 0);
  const name = new RegExp(String.raw`(?<![\w-])${callee.replaceAll(/[^\w-]/g, '')}(?!\w)`, 'i');
  const naming = said.filter(({ sample }) => name.test(sample) && OF_A_CALL.test(sample)).reduce((sum, { count }) => sum + count, 0);
  return all > 0 && naming >= MOSTLY * all;
}
