import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { regionsOf } from '../../core/region.ts';
import { measuredEvidence } from '../finding.ts';
import type { Check, CheckFinding } from './check.ts';

/** Private dependencies against the place of the services, and hosts that are written in a way that cannot work. */
export const checkDependencies: Check = (observation, spec) => [...misplaced(spec), ...malformed(observation)];

/** gcp-facts 12.2 case 10: a connector reaches what is in its own region and network. */
function misplaced(spec: RemediationSpec): readonly CheckFinding[] {
  return spec.dependencies.flatMap(({ name, region, host, port }) => {
    const regions = regionsOf(spec);
    if (region === null || regions.includes(region)) return [];
    const what = `${name} (${host}:${port}) is in ${region}, the services are in ${regions.join(' and ')}`;
    return [
      {
        check: 'dependencies' as const,
        severity: 'broken' as const,
        subject: name,
        what,
        change: `use an instance of ${name} in ${regions.join(' or ')}`,
        evidence: [{ source: 'dependencies', at: null, text: what }],
      },
    ];
  });
}

/** gcp-facts 12.1: -3 on a literal address is odd; look for a blank in the host's value. */
function malformed(observation: Observation): readonly CheckFinding[] {
  return Object.values(observation.services).flatMap(({ name, state }) =>
    Object.entries(state.value?.template.env ?? {}).flatMap(([key, value]) => {
      const isHost = /(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|SERVER|URL)$/i.test(key);
      const wrong =
        value.trim() !== value ? 'begins or ends with white space' : /^(?:-|undefined|null|none)$/i.test(value) ? `is “${value}”` : null;
      if (!isHost || wrong === null) return [];
      const what = `${name}: ${key} ${wrong}: it names no host`;
      return [
        {
          check: 'dependencies' as const,
          severity: 'broken' as const,
          subject: name,
          what,
          change: `set ${key} to the bare host`,
          evidence: [measuredEvidence(state, what)],
        },
      ];
    }),
  );
}
