import { sayDuration } from '../../core/duration.ts';
import type { DatabaseProbeSpec, DatabaseSpec } from '../../core/model/spec.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import type { DatabaseAnswer } from '../../ports/probes.ts';
import type { Validation } from './options.ts';

/** Opens the document's number of connections at once to each database that has a probe; each must answer its first query in time. */
export async function checkDatabases(validation: Validation): Promise<readonly ValidationCheck[]> {
  const checks: ValidationCheck[] = [];
  // One database after the other: they may stand on the way into one network.
  for (const database of validation.options.spec.databases) checks.push(...(await checkDatabase(validation, database)));
  return checks;
}

async function checkDatabase({ options, signal }: Validation, { instance, probe }: DatabaseSpec): Promise<readonly ValidationCheck[]> {
  if (probe === null) return [];
  const where = options.spec.databases.length > 1 ? ` to ${instance}` : '';
  const { host, port, database, user, password, tls, connections } = probe;
  const answer = await options.probes.database({
    host,
    port,
    database,
    user,
    password,
    tls,
    connections,
    deadlineMs: probe.maxConnectMs,
    signal,
  });
  return [
    {
      category: 'database operations',
      name: `${connections} connections at once${where}`,
      critical: true,
      verdict: judgeDatabase(probe, answer),
    },
  ];
}

function judgeDatabase(probe: DatabaseProbeSpec, { connections }: DatabaseAnswer): Verdict {
  const problems = connections.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  if (connections.length === 0) return { outcome: 'inconclusive', because: 'no connection was tried' };
  if (problems.length > 0) return { outcome: 'fail', because: `${problems.length} of ${connections.length} failed: ${counted(problems)}` };
  const [slowest] = connections.toSorted((a, b) => (b.connectMs ?? 0) - (a.connectMs ?? 0));
  const took = slowest?.connectMs ?? 0;
  const query = (slowest?.queryMs ?? 0) > took / 2 ? `, ${sayDuration(slowest?.queryMs ?? 0)} of it the query` : '';
  const figure = `slowest ${sayDuration(took)}${query}`;
  if (took > probe.maxConnectMs) return { outcome: 'fail', because: `${figure}, allowed ${sayDuration(probe.maxConnectMs)}` };
  const warning = took > probe.warnConnectMs ? `; WARNING: above ${sayDuration(probe.warnConnectMs)}` : '';
  return { outcome: 'pass', because: `all ${connections.length} answered, ${figure}${warning}` };
}

/** Each different problem once, with how often it was met, the most frequent first. */
function counted(problems: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const problem of problems) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([problem, count]) => `${count} × ${problem}`)
    .join('; ');
}
