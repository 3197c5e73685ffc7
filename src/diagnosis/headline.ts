import { isOfConnector } from '../core/of-connector.ts';
import type { Observation } from '../core/model/observation.ts';
import type { GateName, Outcome, Verdict } from '../core/model/verdict.ts';
import { effectiveShares } from './observation-queries.ts';
import { connectorsWell } from './verdicts.ts';
import { judgeWorkloads } from './workloads.ts';

/**
 * One line for the progress display, the worst thing first: what fails, then what could not be measured, then what is
 * still open, else that all is well. Services come before the connector, because users meet services.
 */
export function headline(observation: Observation, gates: Readonly<Record<GateName, Verdict>>): string {
  const blind = blindness(observation);
  return blind ?? `${servicesSaid(observation, gates)}${besideSaid(observation)}`;
}

/** Jobs and worker pools that fail: they decide nothing, and nobody should have to look for them. */
function besideSaid(observation: Observation): string {
  const failing = Object.values(judgeWorkloads(observation)).filter(({ outcome }) => outcome === 'fail');
  const said = failing.map(({ because }) => because.split(/[;,(]/, 1)[0]?.trim() ?? because);
  return said.length === 0 ? '' : `; beside the services: ${said.join(', ')}`;
}

function servicesSaid(observation: Observation, gates: Readonly<Record<GateName, Verdict>>): string {
  for (const outcome of ['fail', 'error', 'inconclusive'] satisfies Outcome[]) {
    const found = interesting(gates).filter(([, verdict]) => verdict.outcome === outcome);
    const [first, ...rest] = found;
    if (first === undefined) continue;
    const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
    return `${shorten(first[1].because, LONGEST - more.length)}${more}`;
  }
  const services = Object.keys(observation.services).length;
  const connectors = Object.keys(observation.connectors).length;
  return `${services} ${services === 1 ? 'service' : 'services'} healthy${connectorsWell(connectors)}${neverReady(observation)}`;
}

/** Users are served by what was there before: a deploy that failed is no illness, and nobody who reads that all is well would know of it. */
function neverReady({ services }: Observation): string {
  const said = Object.values(services).flatMap(({ name, state: { value } }) => {
    const newest = value?.revisions.find((revision) => revision.name === value.latestCreatedRevision);
    if (value === null || newest === undefined || value.reconciling || newest.ready !== 'no') return [];
    if (newest.name === value.latestReadyRevision || effectiveShares(value).has(newest.name)) return [];
    return [`; the newest revision of ${name}, ${newest.name}, is not ready (${newest.reason ?? 'no reason given'}) and serves nobody`];
  });
  return said.join('');
}

/** No service could be read at all: that is about the way to Google, and not about one service or another. */
function blindness({ services }: Observation): string | null {
  const states = Object.values(services).map(({ state }) => state);
  const [first] = states;
  if (first === undefined || states.some(({ value }) => value !== null)) return null;
  const why = first.problem?.split(': ', 1)[0];
  return `Google's APIs could not be read in this look${why === undefined ? '' : ` (${why})`}: nothing is decided meanwhile`;
}

function interesting(gates: Readonly<Record<GateName, Verdict>>): readonly (readonly [GateName, Verdict])[] {
  const order = (name: GateName): number =>
    name.startsWith('healthy:') ? 0 : isOfConnector(name) ? 1 : name.startsWith('one-revision:') ? 2 : 3;
  // Room for a new revision is the runbook's question, no trouble of a service.
  const told = Object.entries(gates).filter(([name]) => !name.startsWith('room:'));
  return told.sort(([a], [b]) => order(a) - order(b));
}

const LONGEST = 160;

/** As many whole clauses as fit; a single one that is longer is cut between two words: half a word or half a number reads as another one. */
function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const clauses = text.split('; ');
  const fitting = clauses.findLastIndex((_, index) => clauses.slice(0, index + 1).join('; ').length <= longest);
  if (fitting >= 0) return closed(clauses.slice(0, fitting + 1).join('; '));
  const room = text.slice(0, longest - 1);
  const whole = /\s/.test(text.charAt(longest - 1)) ? room : room.replace(/\s\S*$/, '');
  return closed(`${whole.trimEnd()}…`);
}

/** What was cut within brackets says so: `failed (58 %…)`. */
function closed(cut: string): string {
  const open = cut.split('(').length - cut.split(')').length;
  return open <= 0 ? cut : `${cut.replace(/…$/, '')}…${')'.repeat(open)}`;
}
