import type { LogGroup } from '../../core/model/observation.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, lineClaim } from '../finding.ts';
import { countOf, deathsIn, evidenceOf, groupsOf, recentGroups } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';

/**
 * A reason inside of the application counts although nobody is seen dying of it: it may break single requests, and an export often
 * leaves out the platform's own lines. Weaker than every finding that has the deaths beside it.
 */
export const loggedReasons: Rule = (observation) => {
  const recent = recentGroups(observation.logs.value ?? [], observation.at);
  const places = Map.groupBy(recent.filter(isInside), ({ service, revision }) => `${service}\n${revision}`);
  return [...places.values()].flatMap((groups) => {
    const [first] = groups;
    if (first === undefined || deathsIn(groupsOf(observation, first.service, first.revision)) > 0) return [];
    const strong = groups.filter(({ signature }) => signatureOf(signature)?.weak !== true);
    const told = strong.length > 0 ? strong : groups;
    return [findingOf(told, strong.length > 0 ? 0.6 : 0.35)];
  });
};

function isInside({ signature }: LogGroup): boolean {
  const known = signatureOf(signature);
  return known?.role === 'reason' && known.cause === 'application-crash';
}

function findingOf(groups: readonly LogGroup[], confidence: number): Finding {
  const [most] = [...groups].sort((a, b) => b.count - a.count);
  const detail = ['module', 'detail', 'limit', 'signal'].map((name) => factOf(groups, name)).find((value) => value !== '');
  const subject = most === undefined ? '' : most.revision === '' ? most.service : most.revision;
  return {
    kind: 'application-crash',
    subject,
    confidence,
    summary: `${subject} logs ${signatureOf(most?.signature ?? '')?.says ?? 'a crash'}${detail === undefined ? '' : ` (${detail})`}: ${countOf(groups)} ${countOf(groups) === 1 ? 'line' : 'lines'}; no container is seen to die of it`,
    evidence: evidenceOf(groups),
    covers: atPlacesOf(groups),
    ...lineClaim(groups),
    cures: curesOf(groups),
  };
}
