import type { Revision } from './state.ts';
import { countIn } from './state.ts';

/** Part of its CPU, and of `concurrency`, at which Cloud Run adds an instance (mem). */
const FULL_AT = 0.6;

/** Requests a second that a revision gets. */
function demandOn(revision: Revision): number {
  return (revision.service.arriving * revision.percent) / 100;
}

function cpuMsOf({ defect, service }: Revision): number {
  return defect?.kind === 'heavy' ? defect.cpuMsPerRequest : service.application.cpuMsPerRequest;
}

/** Instances that the requests need, by those in flight and by their CPU time; slow answers need more than fast ones. */
export function instancesFor(revision: Revision): number {
  const { application, wellness } = revision.service;
  const { cpu, concurrency } = revision.facts;
  const slowMs = (application.wedgedLatencyMs[0] + application.wedgedLatencyMs[1]) / 2;
  const latencyMs = wellness * application.latencyMs + (1 - wellness) * slowMs;
  const inFlight = (demandOn(revision) * latencyMs) / 1_000;
  const busyCpus = (demandOn(revision) * cpuMsOf(revision)) / 1_000;
  return Math.max(1, Math.ceil(inFlight / (concurrency * FULL_AT)), Math.ceil(busyCpus / (cpu * FULL_AT)));
}

/** Instances that it is kept at, asked or not: its own least number, or its part of the service's where that is more. */
export function leastOf({ facts, percent, service: { bounds } }: Revision): number {
  return Math.max(facts.minInstances, Math.ceil((bounds.minInstances * percent) / 100));
}

/** Instances that it may have: its own largest number, or its part of the service's where that is less; with traffic never none. */
export function mostOf({ facts, percent, service: { bounds } }: Revision): number {
  if (bounds.maxInstances === null || percent === 0) return facts.maxInstances;
  return Math.min(facts.maxInstances, Math.max(1, Math.floor((bounds.maxInstances * percent) / 100)));
}

/** Share of the requests to its well instances that find no room: more than their CPUs or their concurrency can take. */
export function overload(revision: Revision, ready: number, up: number): number {
  const demand = (demandOn(revision) * ready) / up;
  if (demand === 0) return 0;
  const { latencyMs } = revision.service.application;
  const cpuMsPerRequest = cpuMsOf(revision);
  const byCpu = cpuMsPerRequest === 0 ? Infinity : (ready * revision.facts.cpu * 1_000) / cpuMsPerRequest;
  const byConcurrency = (ready * revision.facts.concurrency * 1_000) / latencyMs;
  return Math.max(0, 1 - Math.min(byCpu, byConcurrency) / demand);
}

/** Database connections of one warm instance: its pool, or one for each request in flight, at most all that it may open. */
export function connectionsWanted(revision: Revision): number {
  const { database, latencyMs } = revision.service.application;
  if (database === undefined) return 0;
  const up = Math.max(1, countIn(revision, 'ready') + countIn(revision, 'wedged'));
  const inFlight = Math.ceil((demandOn(revision) * latencyMs) / 1_000 / up);
  return Math.max(database.heldConnections, Math.min(database.startupConnections, inFlight));
}
