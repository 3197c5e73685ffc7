import type { DatabaseObservation, LogGroup, Observation } from '../../core/model/observation.ts';
import type { DatabaseSpec, RemediationSpec } from '../../core/model/spec.ts';

/** The databases of a document, and what one look saw of each. Pure. */

export interface SeenDatabase {
  readonly wanted: DatabaseSpec;
  /** null: it was not looked at. */
  readonly seen: DatabaseObservation | null;
}

/** In the document's order. */
export function databasesOf({ databases }: Observation, spec: RemediationSpec): readonly SeenDatabase[] {
  return spec.databases.map((wanted) => ({ wanted, seen: databases[wanted.instance] ?? null }));
}

/** Those that one of the services uses, by the document. */
export function usedBy(observation: Observation, spec: RemediationSpec, services: readonly string[]): readonly SeenDatabase[] {
  return databasesOf(observation, spec).filter(({ wanted }) => services.some((name) => uses(spec, name, wanted.instance)));
}

export function uses(spec: RemediationSpec, service: string, instance: string): boolean {
  return spec.services.find(({ name }) => name === service)?.databases.includes(instance) === true;
}

/** `the database` where there is one; with its name where there are several. */
export function nameOf({ wanted }: SeenDatabase, spec: RemediationSpec): string {
  return spec.databases.length > 1 ? wanted.instance : 'the database';
}

/** What is said of one database: its lines in the look, without those of the others. null: of none that is known. */
export interface PartOfLook {
  readonly database: SeenDatabase | null;
  readonly look: Observation;
}

/** The look in parts, each log line in one of them: by the instance that it names, else by the only database of its service. */
export function partsByDatabase(observation: Observation, spec: RemediationSpec): readonly PartOfLook[] {
  const known = databasesOf(observation, spec);
  const [only, ...others] = known;
  if (others.length === 0) return [{ database: only ?? null, look: observation }];
  const part = (database: SeenDatabase | null): PartOfLook => ({ database, look: withLines(observation, spec, database) });
  return [...known.map(part), part(null)];
}

function withLines(observation: Observation, spec: RemediationSpec, database: SeenDatabase | null): Observation {
  const { logs } = observation;
  const value = logs.value?.filter((group) => instanceOf(group, spec) === (database?.wanted.instance ?? null)) ?? null;
  return { ...observation, logs: { ...logs, value } };
}

function instanceOf({ service, sample, facts }: LogGroup, { databases, services }: RemediationSpec): string | null {
  const said = `${Object.values(facts).join(' ')} ${sample}`.split(/[^\w-]+/);
  const named = databases.find(({ instance }) => said.includes(instance))?.instance;
  const own = services.find(({ name }) => name === service)?.databases ?? [];
  return named ?? (own.length === 1 ? (own[0] ?? null) : null);
}
