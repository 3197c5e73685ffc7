import type { JournalLine } from '../ports/store.ts';
import { serviceIn } from '../steps/subjects.ts';
import { anyOf, CHANGES, factsOf, verdictOf } from './journal-facts.ts';
import type { TickFacts } from './journal-facts.ts';

/** What speaks for or against it that a change of the run made something better. */
export interface Held {
  /** Something of the run was in force, and no untouched neighbour became well by itself meanwhile. */
  readonly holds: boolean;
  readonly because: string;
}

/**
 * Holds an improvement, seen in the look of line `index`, against the services that no change of the run has touched: what becomes
 * well beside them as well need not be the run's doing, and without one of them nothing can be compared.
 */
export function heldAgainstNeighbours(lines: readonly JournalLine[], index: number): Held {
  const before = lines.slice(0, index + 1);
  const touched = touchedBy(before);
  if (touched === null) return { holds: false, because: 'nothing had been changed by this run' };
  const looks = before.map((line) => factsOf(line, 'observe.done')).filter((look) => look !== null);
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return { holds: false, because: 'there is no look to compare with' };
  const untouched = servicesOf(last).filter((service) => !touched.has(service));
  if (untouched.length === 0) return { holds: false, because: 'the run has touched every service, so there is none to compare with' };
  const well = (look: TickFacts, service: string): string => verdictOf(look.gates[`${HEALTHY}${service}`] ?? 'inconclusive').outcome;
  const alone = untouched.filter((service) => well(first, service) !== 'pass' && well(last, service) === 'pass');
  if (alone.length > 0)
    return { holds: false, because: `${alone.join(', ')}, untouched by this run, became well as well: it need not be its doing` };
  const ill = untouched.filter((service) => well(last, service) !== 'pass');
  if (ill.length > 0) return { holds: true, because: `${ill.join(', ')}, untouched, stayed as bad` };
  const isAllAlong = untouched.every((service) => looks.every((look) => well(look, service) === 'pass'));
  const verb = untouched.length === 1 ? 'was' : 'were';
  return { holds: true, because: `${untouched.join(', ')}, untouched, ${verb} well ${isAllAlong ? 'all along' : 'before and after'}` };
}

const HEALTHY = 'healthy:';

function servicesOf({ gates }: TickFacts): readonly string[] {
  return Object.keys(gates).flatMap((gate) => (gate.startsWith(HEALTHY) ? [gate.slice(HEALTHY.length)] : []));
}

/** Services that a change of the run has written, or that ride what it has written by the words of the plan; null: nothing was sent. */
function touchedBy(lines: readonly JournalLine[]): ReadonlySet<string> | null {
  const touched = new Set<string>();
  let sent = false;
  const reach = new Map<string, string>();
  const services = new Set(lines.flatMap((line) => servicesOf(factsOf(line, 'observe.done') ?? ({ gates: {} } as TickFacts))));
  for (const line of lines) {
    for (const { id, blastRadius } of factsOf(line, 'plan.done')?.steps ?? []) reach.set(id, blastRadius);
    const mutation = anyOf(line, CHANGES)?.mutation;
    if (mutation === undefined || mutation.outcome === 'already') continue;
    sent = true;
    const service = serviceIn(mutation.after);
    if (service !== null) touched.add(service);
    else for (const rider of services) if (namesIn(reach.get(mutation.stepId) ?? '').includes(rider)) touched.add(rider);
  }
  return sent ? touched : null;
}

function namesIn(words: string): readonly string[] {
  return words.split(/[^\w@-]+/);
}
