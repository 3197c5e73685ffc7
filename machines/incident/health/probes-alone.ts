import type { IncidentContext } from '../context.ts';

/** Our own probes against everybody else: a health path that fails while its users are served is no outage. Pure. */

interface Scope {
  readonly context: IncidentContext;
}

/** Looks that are heard, and of how many of them at least so many must say the same. */
const OF_LOOKS = 5;
const AGREED_LOOKS = 3;

/**
 * Services that only our own probes speak against, over the last looks, while the requests of their users are well. Empty where
 * any other service is not well, where anything of ours is in force, or where a cause of another kind was found.
 */
export function probesAlone(context: IncidentContext): readonly string[] {
  const { look, mutations, diagnosis } = context;
  const gates = Object.entries(look?.gates ?? {}).filter(([gate]) => gate.startsWith('healthy:'));
  const open = gates.filter(([, { outcome }]) => outcome !== 'pass').map(([gate]) => gate.slice('healthy:'.length));
  const isNamed = (diagnosis?.causes ?? []).some(({ kind }) => kind !== 'unknown');
  if (isNamed || mutations.some(({ outcome }) => outcome === 'applied')) return [];
  return open.every((service) => isOfProbes(context, service)) ? open : [];
}

function isOfProbes({ look, witnessed }: IncidentContext, service: string): boolean {
  if (look?.gates[`healthy:${service}`]?.outcome === 'fail') return false;
  const words = witnessed.slice(-OF_LOOKS).flatMap(({ services }) => services[service] ?? []);
  const alone = words.filter(({ probes, requests }) => probes === 'ill' && requests === 'well');
  return alone.length >= AGREED_LOOKS && words.every(({ deaths, platform }) => deaths !== 'ill' && platform !== 'ill');
}

export const onlyProbesFail = ({ context }: Scope): boolean => probesAlone(context).length > 0;

/**
 * Only our own probes speak against a service, and nobody for it, for hardly anybody calls: the platform says well, nothing dies, no cause
 * is known, and another service is well on the same ground. Whoever owns the path mends it; Google has nothing to mend there.
 */
export const onlyProbesSpeak = ({ context }: Scope): boolean => {
  const { look, diagnosis } = context;
  const gates = Object.entries(look?.gates ?? {}).filter(([gate]) => gate.startsWith('healthy:'));
  const open = gates.filter(([, { outcome }]) => outcome !== 'pass').map(([gate]) => gate.slice('healthy:'.length));
  const isNamed = (diagnosis?.causes ?? []).some(({ kind }) => kind !== 'unknown');
  return !isNamed && open.length > 0 && open.length < gates.length && open.every((service) => isUnheard(context, service));
};

function isUnheard({ witnessed }: IncidentContext, service: string): boolean {
  const words = witnessed.slice(-OF_LOOKS).flatMap(({ services }) => services[service] ?? []);
  const alone = words.filter(({ probes, requests, platform }) => probes === 'ill' && requests === 'silent' && platform === 'well');
  return alone.length >= AGREED_LOOKS && words.every(({ requests, deaths, platform }) => ![requests, deaths, platform].includes('ill'));
}

/** What a human can do about it. */
export function probesAloneWords(context: IncidentContext): string {
  const said = probesAlone(context).map((service) => {
    const { probes, requests } = context.look?.testimony[service] ?? {};
    return `${service}: ${probes?.because ?? 'its probes fail'}, while its users are served (${requests?.because ?? 'by the looks before'})`;
  });
  return `${said.join('; ')}. Nothing is changed for that: mend the health path, or name another one in the document`;
}
