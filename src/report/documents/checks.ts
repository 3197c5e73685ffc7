import { isOfConnector, NAMELESS } from '../../core/of-connector.ts';
import { defined } from '../../core/defined.ts';
import { WAY_IN } from '../../core/model/verdict.ts';
import type { Outcome } from '../../core/model/verdict.ts';
import type { JournalLine } from '../../ports/store.ts';
import { factsOf, verdictOf } from '../journal-facts.ts';
import { firstClause, instant } from '../formatting.ts';

/** A gate of the runbook, or a check of the validation, as it stands: since when and how often it has said the same. */
export interface Check {
  readonly from: 'look' | 'validation';
  readonly name: string;
  readonly outcome: Outcome;
  readonly because: string | null;
  /** When it was made last. */
  readonly at: number;
  /** Since when it passes, or does not, without a break; and in how many looks or validations that was. */
  readonly since: number;
  readonly times: number;
  /** In how many it was made at all. */
  readonly of: number;
  readonly critical: boolean;
}

/** Every gate of the looks and every check of the validations, as of the newest of each; what the newest no longer asks is left out. */
export function checksOf(lines: readonly JournalLine[]): readonly Check[] {
  const looks = new Map<string, Check>();
  const validations = new Map<string, Check>();
  for (const line of lines) {
    const look = factsOf(line, 'observe.done');
    if (look !== null) {
      const gates = Object.entries(look.gates).filter(([gate]) => gate !== ALL);
      for (const [name, gate] of gates) count(looks, { from: 'look', name, ...verdictOf(gate), at: look.at, critical: true });
    }
    const validation = factsOf(line, 'validate.done');
    for (const check of validation?.checks ?? []) {
      const { name, category, critical, verdict } = check;
      if (check.counts === false) continue;
      count(validations, { from: 'validation', name: nameOf(name, category), ...verdict, at: defined(validation).at, critical });
    }
  }
  return [looks, validations].flatMap((seen) => {
    const newest = Math.max(...[...seen.values()].map(({ at }) => at));
    return [...seen.values()].filter(({ at }) => at === newest);
  });
}

/** The gate that sums all the others up. */
const ALL = 'all';

type Made = Omit<Check, 'since' | 'times' | 'of'>;

function count(seen: Map<string, Check>, made: Made): void {
  const known = seen.get(made.name);
  const goesOn = known !== undefined && (known.outcome === 'pass') === (made.outcome === 'pass');
  const of = (known?.of ?? 0) + 1;
  seen.set(made.name, goesOn ? { ...made, since: known.since, times: known.times + 1, of } : { ...made, since: made.at, times: 1, of });
}

function nameOf(name: string, category: string): string {
  return name.includes(category) ? name : `${category}: ${name}`;
}

export function isOpen({ outcome }: Pick<Check, 'outcome'>): boolean {
  return outcome !== 'pass';
}

/** What does not pass, the critical first, then what has not for longest. */
export function openChecks(checks: readonly Check[]): readonly Check[] {
  const rank = ({ outcome, critical }: Check): number => (outcome === 'fail' ? 2 : 0) + (critical ? 1 : 0);
  return checks.filter(isOpen).toSorted((one, other) => rank(other) - rank(one) || one.since - other.since);
}

export const OUTCOMES: Readonly<Record<Outcome, string>> = {
  pass: 'passes',
  fail: 'fails',
  error: 'could not be measured',
  inconclusive: 'is not decided',
};

/** `fails, not passing since 20:03:00Z (960 of 960 looks): cpu p99 100 %, goal below 70 %`. */
export function checkWords(check: Check): string {
  const what = check.from === 'look' ? 'looks' : 'validations';
  const often = `${check.times} of ${check.of} ${what}`;
  const since = check.from === 'validation' && check.times === 1 ? 'passed at' : 'passes since';
  const because = check.because === null ? '' : `: ${becauseOf(check)}`;
  if (!isOpen(check)) return `${since} ${instant(check.since)} (${often})${because}`;
  return `${OUTCOMES[check.outcome]}, not passing since ${instant(check.since)} (${often}): ${becauseOf(check)}`;
}

/** The first clause of why, without the name that stands in the title beside it. */
export function becauseOf({ name, because }: Pick<Check, 'name' | 'because'>): string {
  const clause = firstClause(because);
  const subject = `${name.slice(name.indexOf(':') + 1)}: `;
  return clause.startsWith(subject) ? clause.slice(subject.length) : clause;
}

/** What a gate asks, in words. */
export function titleOf({ name }: Pick<Check, 'name'>): string {
  if (name === NAMELESS) return 'the connector is within its goal';
  if (name === WAY_IN) return 'users get in by the load balancer';
  const [gate, service] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
  return GATES[gate]?.(service) ?? name;
}

const GATES: Readonly<Record<string, (service: string) => string>> = {
  healthy: (service) => `${service} is healthy`,
  'one-revision': (service) => `${service} is served by one revision`,
  connector: (name) => `${name} is within its goal`,
  bounded: (service) => `the instances of ${service} are within their bounds`,
  room: (service) => `the database has room for ${service}`,
  restored: (service) => `what was put back of ${service} is in force`,
};

/** The service that a gate or check is about; null: none, or it is not told. */
export function serviceOfCheck({ name }: Pick<Check, 'name'>, services: readonly string[]): string | null {
  return isOfConnector(name) ? null : (services.find((service) => name.split(/[\s:]+/).includes(service)) ?? null);
}
