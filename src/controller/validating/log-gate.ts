import { defined } from '../../core/defined.ts';
import { redact } from '../../core/outside/redact.ts';
import { MINUTE, sayDuration } from '../../core/duration.ts';
import { FirebreakError } from '../../core/errors.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import { servingRevisions } from '../../diagnosis/observation-queries.ts';
import type { RawLogEntry } from '../../ports/cloud.ts';
import type { Validation } from './options.ts';

const WINDOW = 10 * MINUTE;
/** Lines become visible with a delay: a shorter silence says nothing. */
const LEAST_WINDOW = 2 * MINUTE;
const ENOUGH_LINES = 200;

/**
 * None of the forbidden texts in the last minutes, in what the serving revisions wrote since they serve. What a drained
 * revision still says is its own affair. One Logging read.
 */
export async function checkLogs(validation: Validation): Promise<readonly ValidationCheck[]> {
  const { forbiddenLogs } = validation.options.spec.validation;
  if (forbiddenLogs.length === 0) return [];
  const said = forbiddenLogs.map((text) => `"${text}"`).join(', ');
  return [{ category: 'logs', name: `no ${said}`, critical: true, verdict: await judged(forbiddenLogs, validation) }];
}

async function judged(forbidden: readonly string[], validation: Validation): Promise<Verdict> {
  const { options, facts, signal } = validation;
  const names = options.spec.services.map(({ name }) => name);
  const now = options.clock.now();
  const since = new Map(names.map((name) => [name, Math.max(now - WINDOW, facts.servingSince[name] ?? 0)]));
  const young = names.filter((name) => now - defined(since.get(name)) < LEAST_WINDOW);
  let lines: readonly RawLogEntry[];
  try {
    lines = await options.cloud.logs.read(names, Math.min(...since.values()), ENOUGH_LINES, { signal, texts: forbidden });
  } catch (thrown) {
    if (!(thrown instanceof FirebreakError) || thrown.kind === 'invariant' || signal.aborted) throw thrown;
    return { outcome: 'error', because: `the logs could not be read (${thrown.code}: ${thrown.message})` };
  }
  const found = lines.filter(
    (line) => line.at >= (since.get(line.service) ?? now) && holds(line.text, forbidden) && serves(line, validation),
  );
  const [newest] = found;
  if (newest !== undefined)
    return { outcome: 'fail', because: `${found.length} × in ${newest.revision || newest.service}: ${quoted(newest.text)}` };
  if (young.length > 0)
    return { outcome: 'inconclusive', because: `${young.join(', ')}: serves for less than ${sayDuration(LEAST_WINDOW)}` };
  return { outcome: 'pass', because: `none in the last ${sayDuration(now - Math.max(...since.values()))}` };
}

function holds(text: string, forbidden: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return forbidden.some((words) => lower.includes(words.toLowerCase()));
}

function serves({ service, revision }: RawLogEntry, { observation }: Validation): boolean {
  const seen = observation.services[service];
  const serving = seen === undefined ? [] : servingRevisions(seen);
  return serving.length === 0 || revision === '' || serving.includes(revision);
}

function quoted(text: string): string {
  const [line = ''] = redact(text).split('\n');
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`;
}
