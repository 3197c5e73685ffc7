import { defined } from '../core/defined.ts';
import type { ServiceState } from '../core/model/observation.ts';
import type { ProbesPort } from '../ports/probes.ts';
import type { HealthAsked, PathAsked } from './survey.ts';

/** Paths that services commonly tell their health on, in the order in which they are asked. */
const LIKELY = ['/health', '/healthz', '/ready', '/'] as const;
const DEADLINE_MS = 8_000;

interface Asking {
  readonly probes: Pick<ProbesPort, 'http'>;
  readonly signal: AbortSignal;
}

/**
 * One GET on the path of the service's own start-up probe, or the likeliest one; where that does not answer 2xx, one on each of the
 * others, together. A door that is closed to us is closed on every path, so that no more are asked there; a service without an
 * address is not asked.
 */
export async function askHealth({ probes, signal }: Asking, { uri, template }: ServiceState): Promise<HealthAsked> {
  if (uri === null) return { asked: [], unasked: 'it has no address of its own' };
  if (template.ingress === 'INGRESS_TRAFFIC_INTERNAL_ONLY')
    return { asked: [], unasked: 'its ingress is internal, so that nothing from outside its network reaches it' };
  const own = probePath(template.startupProbe);
  const [likeliest, ...others] = new Set([...(own === null ? [] : [own]), ...LIKELY]);
  const ask = async (path: string): Promise<PathAsked> => {
    const answer = await probes.http({ url: `${uri.replace(/\/$/, '')}${path}`, method: 'GET', deadlineMs: DEADLINE_MS, signal });
    return { path, status: answer.status, latencyMs: answer.latencyMs, problem: answer.problem };
  };
  const first = await ask(defined(likeliest));
  if (isWell(first.status) || first.status === 401 || first.status === 403) return { asked: [first], unasked: null };
  return { asked: [first, ...(await Promise.all(others.map(ask)))], unasked: null };
}

export function isWell(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** The path of an HTTP probe as a template tells it. */
function probePath(startupProbe: string | null): string | null {
  return /^http (\/[\w./~-]{0,200}) /.exec(startupProbe ?? '')?.[1] ?? null;
}

/** The path that the document should name: one that answered well; where none did, the one the service itself names, if it is there. */
export function pathToAsk({ asked }: HealthAsked, startupProbe: string | null): PathAsked | null {
  const well = asked.find(({ status }) => isWell(status));
  if (well !== undefined) return well;
  const there = asked.filter(({ status }) => status === null || status >= 500);
  const own = probePath(startupProbe);
  return there.find(({ path }) => path === own) ?? (there.length === asked.length ? (there[0] ?? null) : null);
}
