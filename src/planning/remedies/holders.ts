import { engineOf } from '../../core/model/engine.ts';
import type { Cause } from '../../core/model/diagnosis.ts';
import { quoted } from '../../core/shell.ts';
import { connectionBudgets } from '../../diagnosis/infrastructure/connection-budget.ts';
import type { PlanScope } from '../step-decisions.ts';

/** From this part of all connections on, who else holds them is asked before what ours hold. */
const MANY = 0.5;

/** Who holds most connections of a full database, as far as it is known, what mends that and by which statements; '' where it is not others. */
export function holdersWords({ observation, spec }: PlanScope, { kind, subject }: Cause): string {
  if (kind !== 'connection-budget') return '';
  const budget = connectionBudgets(observation, spec).find(({ instance }) => instance === subject);
  const { othersHold = null, maxConnections = null, possibleNow = null } = budget ?? {};
  if (othersHold === null || maxConnections === null || othersHold < MANY * maxConnections) return '';
  const ours = `the services of the document may open ${possibleNow} by their pools`;
  const engine = engineOf(observation.databases[subject]?.state.value?.version ?? '');
  const statements = STATEMENTS[engine];
  const login = `gcloud sql connect ${quoted(subject)} --project=${quoted(spec.project)} --user=${engine === 'mysql' ? 'root' : 'postgres'}`;
  const tells =
    statements === null
      ? ''
      : ` Who they are is not read here: \`${login}\` (which needs a connection too), then \`${statements.who}\`; \`${statements.end}\` ends them.`;
  return `What mends it is that others give theirs back, at least ${othersHold} of ${maxConnections} (${ours}), or a larger max_connections: whoever runs what else connects to ${subject}, or runs the database.${tells} `;
}

/** What a server answers who asks it, by engine (PostgreSQL: pg_stat_activity, pg_terminate_backend; MySQL: information_schema.processlist, KILL). */
const STATEMENTS: Readonly<Record<ReturnType<typeof engineOf>, { readonly who: string; readonly end: string } | null>> = {
  postgresql: {
    who: 'SELECT usename, application_name, client_addr, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC;',
    end: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'USER' AND state = 'idle';",
  },
  mysql: {
    who: 'SELECT user, host, command, count(*) FROM information_schema.processlist GROUP BY 1, 2, 3 ORDER BY 4 DESC;',
    end: 'KILL ID;',
  },
  other: null,
};
