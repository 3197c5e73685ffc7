import type { LogGroup } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf } from '../observation-queries.ts';

/** Somebody else's API answers with errors: it was reached, so nothing on the way there is at fault, and nobody here can mend it. */
export const thirdParty: Rule = (observation, spec) => {
  const groups = signs(observation, 'third-party', 'third-party-silent').filter((group) => !isOwn(group, spec));
  if (groups.length === 0) return [];
  const hosts = factOf(groups, 'host');
  const lines = `${countOf(groups)} ${countOf(groups) === 1 ? 'line' : 'lines'}`;
  const isSilent = groups.every(({ signature }) => signature === 'third-party-silent');
  return [
    {
      kind: 'configuration',
      subject: hosts,
      confidence: countOf(groups) >= 3 ? 0.8 : 0.6,
      summary: isSilent
        ? `calls to ${hosts} break off or are not answered in time: ${lines}; who runs it, or the way out to it`
        : `${hosts} answers with errors of its own: ${lines}; it was reached, and only who runs it can mend it`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: curesOf(groups),
    },
  ];
};

/** A domain of the document: behind it stand our own services. */
function isOwn({ facts }: LogGroup, spec: RemediationSpec): boolean {
  const own = new Set([
    ...(spec.loadBalancer?.domains ?? []),
    ...spec.services.flatMap(({ health }) => health.map(({ url }) => URL.parse(url)?.hostname ?? url)),
  ]);
  return (facts['host'] ?? '').split(', ').every((host) => own.has(host));
}
