import { placed } from './place.ts';
import type { IncidentDescription } from './description/description.ts';
import type { Revision, WorldState } from './state.ts';

const MINUTE = 60_000;
/** Part of the requests that need a private name resolved. */
const NEEDS_NAMES = 0.85;

/** Private names that a revision's application cannot resolve now. */
export function unresolved(state: WorldState, { service: { application } }: Revision): readonly string[] {
  if (state.description.network.privateNames === 'resolve') return [];
  return application.privateHosts;
}

/** Share of a well instance's requests that fail for want of a name. */
export function namelessLoss(state: WorldState, revision: Revision): number {
  return unresolved(state, revision).length > 0 ? NEEDS_NAMES : 0;
}

/** Its Admin API calls leave through a network that has no way out (gcp-facts 12.2 case 8). */
export function cutFromAdminApi(state: WorldState, { facts, service: { application } }: Revision): boolean {
  const { publicEgress } = state.description.network;
  if (publicEgress === 'open' || application.database?.viaAdminApi !== true) return false;
  return facts.egress === 'ALL_TRAFFIC';
}

/** How much longer an instance starts that stands in the network by an interface of its own, and needs what lies there (gcp-facts 1.8). */
export function interfaceSetup(state: WorldState, revision: Revision): number {
  const { connector, egress } = revision.facts;
  const isDirect = egress !== null && connector === null;
  return isDirect && needsNetwork(revision) ? state.description.network.interfaceSetup : 0;
}

/** Whether anything that it calls lies in the network. */
export function needsNetwork({ service: { application } }: Revision): boolean {
  return application.database !== undefined || application.redis !== undefined || application.privateHosts.length > 0;
}

/** Share of a well instance's requests that need somebody who lets in only the network's fixed address, and come from another one. */
export function refusedOutside({ facts, service: { application } }: Revision): number {
  return facts.egress === 'ALL_TRAFFIC' ? 0 : application.fixedAddressShare;
}

/** One Admin API call at `at`; false: refused for quota, which a refused call does not spend (gcp-facts 4). */
export function callAdminApi(state: WorldState, at: number): boolean {
  const { callsPerMinute, usedByOthers, othersUntil } = state.description.sqlAdmin;
  const others = othersUntil !== undefined && at >= state.startAt + othersUntil ? 0 : usedByOthers;
  const minute = Math.floor(at / MINUTE);
  if (state.adminCalls.minute !== minute) state.adminCalls = { minute, spent: 0 };
  if (state.adminCalls.spent + others >= callsPerMinute) return false;
  state.adminCalls = { minute, spent: state.adminCalls.spent + 1 };
  return true;
}

/** Share of the requests to a service that Google's own incidents of its region take. */
export function providerLoss(state: WorldState, service: string): number {
  const { incidents } = state.description;
  const { region } = placed(service, state.description.region);
  if (incidents.length === 0) return 0;
  const touching = incidents.filter(
    (one) => one.products.includes('Cloud Run') && one.locations.includes(region) && isOpen(one, state.startAt, state.at),
  );
  return Math.max(0, ...touching.map(({ requestLoss }) => requestLoss));
}

/** Whether an incident of Google's lasts at this instant. */
export function isOpen({ startedBefore, endsAfter }: IncidentDescription, startAt: number, at: number): boolean {
  return at >= startAt - startedBefore && (endsAfter === undefined || at < startAt + endsAfter);
}
