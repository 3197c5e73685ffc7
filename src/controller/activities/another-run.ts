import type { Expected } from '../../../machines/incident/activities.ts';
import { runOfKey } from '../../core/change-key.ts';
import type { Observation } from '../../core/model/observation.ts';
import { serviceOfSubject } from '../../steps/subjects.ts';
import { fresh } from './foreign-change-diff.ts';
import type { ServiceHistory } from './service-history.ts';

interface Between {
  /** As this run knows it. */
  readonly expected: Expected;
  readonly now: Observation;
  readonly seen: ServiceHistory;
  readonly runId: string;
}

/**
 * The other Firebreak run that has deployed a service meanwhile: its change key stands on the template now, and stood not on the one
 * that this run knew. null: it was none, or that cannot be told (a move of traffic carries no key; an old key says nothing of now).
 */
export function anotherRun(subject: string, { expected, now, seen, runId }: Between): string | null {
  const name = serviceOfSubject(subject);
  const is = name === null ? null : fresh(now.services[name]?.state);
  if (name === null || is === null || is.changeKey === null) return null;
  const was = seen.at(name, expected.services[name]);
  const run = runOfKey(is.changeKey);
  return was === null || was.changeKey === is.changeKey || run === runId ? null : run;
}

/** `another Firebreak run (shop-20250915T191500Z-3fa9, as firebreak@my-project.iam.gserviceaccount.com)` */
export function runInWords(run: string, actor: string | null): string {
  return `another Firebreak run (${run}${actor === null ? '' : `, as ${actor}`})`;
}
