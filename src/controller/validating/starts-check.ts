import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import { deathsIn, groupsOf, servingRevisions } from '../../diagnosis/observation-queries.ts';
import type { Validation } from './options.ts';

/**
 * How many container starts of the window succeeded. Where none began, or none could be counted, there is nothing to judge:
 * that is inconclusive, never a pass, but it breaks no critical category either (a healthy service may run for days).
 */
export function checkStarts({ options, observation, facts }: Validation): readonly ValidationCheck[] {
  const { services, validation } = options.spec;
  const verdicts = services.map(({ name }) => {
    const verdict = judgeStarts(name, observation.services[name]?.starts, validation.startupSuccessRate);
    return verdict.outcome === 'fail' ? ofServing(name, verdict, observation, facts.servingSince[name] ?? 0) : verdict;
  });
  const verdict = worst(verdicts);
  return [{ category: 'startup resilience', name: 'container starts', critical: verdict.outcome === 'fail', verdict }];
}

type Starts = Validation['observation']['services'][string]['starts'];

function judgeStarts(name: string, starts: Starts | undefined, wanted: number): Verdict {
  const value = starts?.value ?? null;
  if (value === null) return { outcome: 'inconclusive', because: `${name}: not measured${problem(starts?.problem)}` };
  const total = value.succeeded + value.failed;
  const figure = `${name}: ${value.succeeded} of ${total} starts succeeded`;
  if (starts?.freshness !== 'fresh') return { outcome: 'inconclusive', because: `${figure}, but the figure is late` };
  if (total === 0) return { outcome: 'inconclusive', because: `${name}: no container started` };
  if (value.succeeded / total > wanted || value.failed === 0) return { outcome: 'pass', because: figure };
  return { outcome: 'fail', because: `${figure}, wanted above ${Math.round(wanted * 100)} %` };
}

/** The counts know no revisions, the log lines do: starts that failed elsewhere, or before the shift, are not the present one's. */
function ofServing(name: string, verdict: Verdict, observation: Validation['observation'], since: number): Verdict {
  const service = observation.services[name];
  const serving = service === undefined ? [] : servingRevisions(service);
  if (serving.length === 0 || observation.logs.value === null) return verdict;
  const own = serving.flatMap((revision) => groupsOf(observation, name, revision)).filter(({ lastAt }) => lastAt >= since);
  if (deathsIn(own) > 0) return verdict;
  return { outcome: 'inconclusive', because: `${verdict.because}; but none that failed is of ${serving.join(', ')} since it serves` };
}

/** A failure beats all; services without a start leave the word to those that had some. */
function worst(verdicts: readonly Verdict[]): Verdict {
  for (const outcome of ['fail', 'pass', 'inconclusive'] as const) {
    const found = verdicts.filter((verdict) => verdict.outcome === outcome);
    if (found.length > 0) return { outcome, because: found.map(({ because }) => because).join('; ') };
  }
  return { outcome: 'inconclusive', because: 'there is no service to look at' };
}

function problem(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}
