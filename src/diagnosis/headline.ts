import type { Observation } from '../core/model/observation.ts';
import type { GateName, Outcome, Verdict } from '../core/model/verdict.ts';

/**
 * One line for the progress display, the worst thing first: what fails, then what could not be measured, then what is
 * still open, else that all is well. Services come before the connector, because users meet services.
 */
export function headline(observation: Observation, gates: Readonly<Record<GateName, Verdict>>): string {
  for (const outcome of ['fail', 'error', 'inconclusive'] satisfies Outcome[]) {
    const found = interesting(gates).filter(([, verdict]) => verdict.outcome === outcome);
    const [first, ...rest] = found;
    if (first === undefined) continue;
    const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
    return shorten(`${first[1].because}${more}`);
  }
  const services = Object.keys(observation.services).length;
  return `${services} ${services === 1 ? 'service' : 'services'} healthy, connector well`;
}

function interesting(gates: Readonly<Record<GateName, Verdict>>): readonly (readonly [GateName, Verdict])[] {
  const order = (name: GateName): number =>
    name.startsWith('healthy:') ? 0 : name === 'connector' ? 1 : name.startsWith('one-revision:') ? 2 : 3;
  return Object.entries(gates).sort(([a], [b]) => order(a) - order(b));
}

function shorten(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 159)}…`;
}
