import type { ProbesPort } from '../ports/probes.ts';
import { PEOPLE_PREFIX } from '../simulator/people/people.ts';

/** Whatever is said to people reaches the simulated ones, whatever its address: nothing of a rehearsal leaves this process. */
export function toSimulatedChannels(http: ProbesPort['http'], simulator: string): ProbesPort['http'] {
  return (request) => {
    const { host, pathname, search } = new URL(request.url);
    return http({ ...request, url: `${simulator}${PEOPLE_PREFIX}${host}${pathname}${search}` });
  };
}
