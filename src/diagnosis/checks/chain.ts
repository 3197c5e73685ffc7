import { measuredEvidence } from '../finding.ts';
import type { Check } from './check.ts';

const SAID = {
  'forwarding-rule': 'forwarding rule',
  proxy: 'target proxy',
  'url-map': 'URL map',
  'backend-service': 'backend service',
  neg: 'network endpoint group',
  service: 'service',
} as const;

/** Links of the path from the address to the services that lead nowhere (gcp-facts 6: these, not health checks, can be looked at). */
export const checkChain: Check = (observation) => {
  const chain = observation.loadBalancer?.chain;
  if (!chain?.value) return [];
  const links = chain.value;
  return links.flatMap((link) => {
    if (link.problem === null) return [];
    const from = links.filter((other) => other.leadsTo.includes(link.name)).map((other) => `${SAID[other.kind]} ${other.name}`);
    const what = `${from.length === 0 ? '' : `${from.join(', ')} leads to `}${SAID[link.kind]} ${link.name}: ${link.problem}`;
    return [
      {
        check: 'chain' as const,
        severity: 'broken' as const,
        subject: link.name,
        what,
        change: changeFor(link.kind, link.name, from[0] ?? 'what leads to it'),
        evidence: [measuredEvidence(chain, what)],
      },
    ];
  });
};

function changeFor(kind: keyof typeof SAID, name: string, from: string): string {
  if (kind === 'service') return `point ${from} to a service that exists and lets the load balancer in`;
  if (kind === 'neg' || kind === 'backend-service') return `mend ${SAID[kind]} ${name}, or what leads to it`;
  return `mend ${SAID[kind]} ${name}`;
}
