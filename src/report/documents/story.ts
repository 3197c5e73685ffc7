import type { Diagnosis } from '../../core/model/diagnosis.ts';
import type { Plan } from '../../core/model/plan.ts';
import type { ValidationReport } from '../../core/model/verdict.ts';
import type { JournalLine, RunStatus } from '../../ports/store.ts';
import { factsOf } from '../journal-facts.ts';
import type { RunReport } from '../run-report.ts';
import type { SignOff } from '../sign-offs.ts';
import { checksOf, openChecks } from './checks.ts';
import type { Check } from './checks.ts';
import { componentsOf } from './components.ts';
import type { Component } from './components.ts';
import { standingOf } from './in-force-now.ts';
import type { Standing } from './in-force-now.ts';
import { placeOf } from './place.ts';
import type { NamedPlace } from './place.ts';

/** What is known of a run beside its report, as it is told in every document. */
export interface Told {
  readonly report: RunReport;
  readonly lines: readonly JournalLine[];
  /** What the run shows of itself while it is at work; null: it is not, or that is not known. */
  readonly status: RunStatus | null;
  /** Whether a process holds it; null: that cannot be told. */
  readonly driven: boolean | null;
  /** Where runs are kept, as it is given to --state. */
  readonly state: string;
  readonly signOffs: readonly SignOff[];
}

/** The same facts for every document about a run, worked out once. */
export interface Story extends Told, Standing {
  readonly place: NamedPlace;
  readonly runId: string;
  /** Every service that the run looks at. */
  readonly services: readonly string[];
  /** The document's durations, as far as the journal has them. */
  readonly settings: Partial<Settings>;
  readonly checks: readonly Check[];
  readonly open: readonly Check[];
  readonly components: readonly Component[];
  /** The newest one, with when it was made. */
  readonly diagnosis: Diagnosis | null;
  readonly plan: Plan | null;
  readonly validation: ValidationReport | null;
  /** When the newest change was sent; null: none was. */
  readonly changedAt: number | null;
  /** The instant up to which the journal tells. */
  readonly asOf: number | null;
}

interface Settings {
  readonly soakForMs: number;
  readonly tellEveryMs: number;
  readonly windowMs: number;
  readonly followForMs: number;
}

export function storyOf(told: Told): Story {
  const { report, lines } = told;
  const checks = checksOf(lines);
  const started = settingsOf(lines);
  const named = (started['services'] as readonly { readonly name: string }[] | undefined) ?? [];
  const services = named.length > 0 ? named.map(({ name }) => name) : servicesIn(checks);
  const diagnoses = lines.map((line) => factsOf(line, 'diagnose.done')).filter((found) => found !== null);
  const diagnosis = diagnoses.at(-1) ?? null;
  const sent = report.mutations.filter(({ outcome }) => outcome !== 'already');
  return {
    ...told,
    place: placeOf(report),
    runId: report.runId ?? 'not known',
    services,
    settings: started,
    checks,
    open: openChecks(checks),
    components: componentsOf(report.mutations, diagnoses, checks, services),
    diagnosis,
    plan: newest(lines, (line) => factsOf(line, 'plan.done')),
    validation: newest(lines, (line) => factsOf(line, 'validate.done')),
    ...standingOf(report.mutations),
    changedAt: sent.length === 0 ? null : Math.max(...sent.map(({ at }) => at)),
    asOf: report.endedAt,
  };
}

function newest<T>(lines: readonly JournalLine[], read: (line: JournalLine) => T | null): T | null {
  for (const line of lines.toReversed()) {
    const found = read(line);
    if (found !== null) return found;
  }
  return null;
}

function settingsOf(lines: readonly JournalLine[]): Partial<Settings> & Readonly<Record<string, unknown>> {
  const data = newest(lines, (line) => factsOf(line, 'run.started')) as { readonly settings?: Readonly<Record<string, unknown>> } | null;
  return data?.settings ?? {};
}

function servicesIn(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ name }) => (name.startsWith('healthy:') ? [name.slice('healthy:'.length)] : []));
}
