import type { Expectation } from '../../src/composition/expectations.ts';
import type { Rehearsed } from '../../src/composition/rehearsal.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import type { CommittedWrite } from '../../src/simulator/surface/request-log.ts';

/** What a run did, read from outside: the simulator's ledger and Monitoring, never the run's own account of itself. */

const MINUTE = 60_000;
/** Points of Cloud Run are visible two minutes late; the last ten that are. */
const LAST = 13 * MINUTE;
/** A recovery with so large a share of failing requests at its end is none; fewer than `LEAST` are chance. */
const MOST_FAILING = 0.02;
const LEAST = 3;
const MOST_MESSAGES = 60;

export interface Users {
  readonly total: number;
  readonly failed: number;
}

/** Changes of Cloud Run and of connectors that the run committed, in order. */
export function ownWrites({ simulator }: Rehearsed): readonly CommittedWrite[] {
  return simulator.writes().filter(({ actor, path }) => actor.startsWith('firebreak@') && /\/(services|connectors)\//.test(path));
}

/** Requests of all services that Monitoring counts in the last minutes, our own few among them: failed are those turned away as well. */
export async function usersAtTheEnd({ simulator }: Rehearsed): Promise<Users> {
  const now = simulator.clock.now();
  const query = new URLSearchParams({
    filter: 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"',
    'interval.startTime': new Date(now - LAST).toISOString(),
    'interval.endTime': new Date(now).toISOString(),
    pageSize: '1000',
  });
  const path = `/v3/projects/${simulator.scenario.world.project}/timeSeries?${query}`;
  const answer = await simulator.handle({ method: 'GET', path, headers: { 'x-sim-actor': 'onlooker' }, body: '' });
  const { timeSeries = [] } = JSON.parse(answer.body) as { readonly timeSeries?: readonly Series[] };
  // The metric does not say who sent a 429: in a world whose application limits its clients some of them are no trouble.
  const limits = simulator.scenario.world.services.filter(({ application }) => application.troubles.some(({ limiting }) => limiting > 0));
  const isFailed = ({ metric, resource }: Series): boolean =>
    metric.labels['response_code_class'] === '5xx' ||
    (metric.labels['response_code'] === '429' && limits.every(({ name }) => name !== resource.labels['service_name']));
  const counted = (series: readonly Series[]): number =>
    series.flatMap(({ points }) => points).reduce((sum, { value }) => sum + Number(value.int64Value), 0);
  return { total: counted(timeSeries), failed: counted(timeSeries.filter(isFailed)) };
}

interface Series {
  readonly metric: { readonly labels: Readonly<Record<string, string>> };
  readonly resource: { readonly labels: Readonly<Record<string, string>> };
  readonly points: readonly { readonly value: { readonly int64Value: string } }[];
}

/** What holds in every world, whatever its own expectation says. */
export function alwaysExpected(scenario: Scenario, rehearsed: Rehearsed, users: Users): readonly Expectation[] {
  const { end, after } = rehearsed;
  const writes = ownWrites(rehearsed).length;
  const ill = users.failed >= LEAST && users.failed > MOST_FAILING * users.total;
  const reached = after.cases.length + after.told.length > 0;
  return [
    ...(scenario.expect.mutations?.exactly === 0 ? [{ what: 'no write at all', met: writes === 0, found: `${writes} writes` }] : []),
    {
      what: 'users served well where it says recovered',
      met: end.outcome !== 'recovered' || !ill,
      found: `${users.failed} of ${users.total} fail`,
    },
    { what: 'somebody told where it says escalated', met: end.outcome !== 'escalated' || reached, found: 'nobody was reached' },
    { what: `at most ${MOST_MESSAGES} messages`, met: after.told.length <= MOST_MESSAGES, found: String(after.told.length) },
  ];
}
