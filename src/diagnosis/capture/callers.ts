/** Google’s own callers, which people set up: they are no strangers even where they are never let in. */
const OURS = /CloudPubSub|Google-Cloud-(?:Scheduler|Tasks)|APIs-Google|Eventarc|GoogleStackdriverMonitoring|GoogleHC/i;
const MOST = 4_000;

/** Who calls a service by name (user agent), and whether anybody of that name was let in. */
export interface Callers {
  add(service: string, userAgent: string, outcome: 'let in' | 'turned away'): void;
  /** By service, requests turned away whose caller was never let in and is none of Google’s. */
  strangers(): Readonly<Record<string, number>>;
}

/** In bounded memory; who finds no room is no stranger. */
export function createCallers(): Callers {
  const callers = new Map<string, { readonly service: string; readonly isOurs: boolean; away: number; in: number }>();
  return {
    add(service, userAgent, outcome) {
      const key = `${service}\n${userAgent}`;
      const known = callers.get(key) ?? { service, isOurs: OURS.test(userAgent), away: 0, in: 0 };
      if (!callers.has(key) && callers.size >= MOST) return;
      callers.set(key, known);
      known[outcome === 'let in' ? 'in' : 'away'] += 1;
    },
    strangers() {
      const result: Record<string, number> = {};
      for (const { service, isOurs, away, in: admitted } of callers.values())
        if (!isOurs && admitted === 0 && away > 0) result[service] = (result[service] ?? 0) + away;
      return result;
    },
  };
}
