import type { Connector, Path, Revision, WorldState } from './state.ts';
import { needsNetwork } from './network-access.ts';
import { FREE, STEP_MS, everyRevision } from './state.ts';

/** Beyond this nothing gets through in time anyway. */
const SLOWEST = 40;
const MOST_LOST = 0.95;

/** The path of a revision: free without a connector, and for who sends only private ranges through it and needs nothing there. */
export function pathOf(state: WorldState, revision: Revision): Path {
  if (revision.facts.egress === 'PRIVATE_RANGES_ONLY' && !needsNetwork(revision)) return FREE;
  const name = revision.facts.connector;
  const connector = name === null ? undefined : state.connectors.get(name);
  return connector === undefined ? FREE : connector.path;
}

/** Slower from `slowAbove` on, lossy from `dropAbove` on: handshakes wait in full queues and tracking tables first. */
function pathThrough(connector: Connector): Path {
  const { utilisation, description } = connector;
  if (utilisation <= description.slowAbove) return FREE;
  const slowdown = Math.min(SLOWEST, 1 + ((utilisation - description.slowAbove) * 10) ** 2);
  const loss = Math.min(MOST_LOST, Math.max(0, (utilisation - description.dropAbove) * 2.5));
  return { slowdown, loss };
}

/** One step: demand of all riders, utilisation, and one instance more when it has been hot for long enough. It never scales in. */
export function stepConnectors(state: WorldState): void {
  for (const connector of state.connectors.values()) connector.packetsPerSecond = connector.description.backgroundPacketsPerSecond;
  for (const revision of everyRevision(state)) {
    const connector = revision.facts.connector === null ? undefined : state.connectors.get(revision.facts.connector);
    if (connector !== undefined) connector.packetsPerSecond += demandOf(revision);
  }
  for (const connector of state.connectors.values()) settle(connector, state.at);
}

/** p99 and typical processor use over its instances, 0..1. */
export function connectorCpu(connector: Connector): { readonly typical: number; readonly peak: number } {
  const peak = Math.min(0.995, 0.04 + 0.9 * connector.utilisation);
  return { typical: Math.min(0.97, 0.03 + 0.78 * connector.utilisation), peak };
}

/** Packets a second it really carries. */
export function carried(connector: Connector): number {
  return Math.min(connector.packetsPerSecond, capacityOf(connector));
}

function settle(connector: Connector, at: number): void {
  const { description } = connector;
  connector.utilisation = connector.packetsPerSecond / capacityOf(connector);
  connector.path = pathThrough(connector);
  if (connector.utilisation <= description.scaleOutAbove || connector.active >= connector.maxInstances) {
    connector.hotSince = null;
    return;
  }
  connector.hotSince ??= at;
  if (at - connector.hotSince < description.scaleOutAfter) return;
  connector.active += 1;
  connector.hotSince = at;
}

function capacityOf(connector: Connector): number {
  return connector.active * connector.description.packetsPerInstance[connector.machineType];
}

/** Packets a second through the connector of a revision. */
function demandOf(revision: Revision): number {
  const packets = packetsOf(revision);
  return revision.facts.egress === 'PRIVATE_RANGES_ONLY' ? packets * (1 - revision.service.application.publicShare) : packets;
}

/** Bytes that a revision receives in one step, by where they come from; through a full connector comes only its part. */
export function receivedPerStep(state: WorldState, revision: Revision): { readonly internet: number; readonly private: number } {
  const { connector: name, egress } = revision.facts;
  const connector = name === null ? undefined : state.connectors.get(name);
  const bytes = packetsPerStep(packetsOf(revision)) * (connector?.description.bytesPerPacket ?? BYTES_PER_PACKET) * RECEIVED_TO_SENT;
  const { publicShare } = revision.service.application;
  const through = connector === undefined || connector.packetsPerSecond === 0 ? 1 : carried(connector) / connector.packetsPerSecond;
  const internet = egress === null ? bytes : bytes * publicShare * (egress === 'ALL_TRAFFIC' ? through : 1);
  return { internet, private: egress === null ? 0 : bytes * (1 - publicShare) * through };
}

const BYTES_PER_PACKET = 420;
/** Answers are larger than questions. */
export const RECEIVED_TO_SENT = 1.6;

function packetsOf(revision: Revision): number {
  const { application, arriving } = revision.service;
  let packets = 0;
  for (const { phase } of revision.instances) {
    if (phase === 'crashed') continue;
    packets += application.chatterPacketsPerSecond;
    if (phase !== 'ready' && phase !== 'booting') packets += application.reconnectPacketsPerSecond;
  }
  return packets + (arriving * revision.percent * application.packetsPerRequest) / 100;
}

/** Packets of one step at this rate. */
export function packetsPerStep(perSecond: number): number {
  return Math.round((perSecond * STEP_MS) / 1_000);
}
