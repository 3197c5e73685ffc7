import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Check, CheckFinding } from './check.ts';

interface Use {
  readonly host: string;
  readonly where: string;
}

/** Domains that must not be in use any more and still are: in settings, health checks, certificates or what the log lines name. */
export const checkDomains: Check = (observation, spec) => {
  const deprecated = spec.loadBalancer?.deprecatedDomains ?? [];
  if (deprecated.length === 0) return [];
  const found = new Map<string, Set<string>>();
  for (const { host, where } of uses(observation, spec)) {
    if (!deprecated.some((glob) => globCovers(glob, host))) continue;
    found.set(host, (found.get(host) ?? new Set()).add(where));
  }
  return [...found].map(([host, places]): CheckFinding => {
    const what = `${host} is deprecated and still in use: ${[...places].join('; ')}`;
    return {
      check: 'domains',
      severity: 'risk',
      subject: host,
      what,
      change: `use one of ${spec.loadBalancer?.domains.join(', ')} there`,
      evidence: [{ source: [...places][0] ?? 'configuration', at: observation.at, text: what }],
    };
  });
};

/** `*.staging.example.com` stands for any depth below it: a deprecated pattern means the whole tree. */
function globCovers(glob: string, host: string): boolean {
  const [pattern, name] = [glob.toLowerCase(), host.toLowerCase()];
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

function uses(observation: Observation, spec: RemediationSpec): readonly Use[] {
  const settings = Object.values(observation.services).flatMap(({ name, state }) =>
    Object.entries(state.value?.template.env ?? {}).flatMap(([key, value]) =>
      hostsIn(value).map((host) => ({ host, where: `${name} ${key}` })),
    ),
  );
  const checks = spec.services.flatMap(({ name, health }) =>
    health.flatMap(({ url }) => hostsIn(url).map((host) => ({ host, where: `health check of ${name}` }))),
  );
  const certificates = (observation.loadBalancer?.certificates.value ?? []).flatMap(({ name, domains }) =>
    domains.map((host) => ({ host, where: `certificate ${name}` })),
  );
  const lines = (observation.logs.value ?? []).flatMap(({ service, sample }) =>
    hostsIn(sample).map((host) => ({ host, where: `log lines of ${service}` })),
  );
  return [...settings, ...checks, ...certificates, ...lines];
}

/** Host names of URLs, and of a value that is nothing but host names. */
function hostsIn(text: string): readonly string[] {
  const inUrls = [...text.matchAll(/\bhttps?:\/\/([a-z0-9.-]+)/gi)].map(([, host]) => host ?? '');
  const bare = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:,[a-z0-9.:-]+)*$/i.test(text)
    ? text.split(',').map((each) => each.replace(/:\d+$/, ''))
    : [];
  return [...inUrls, ...bare].filter((host) => host.includes('.'));
}
