import type { Evidence } from '../../core/model/diagnosis.ts';
import type { ConnectorObservation, ConnectorState, Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import { BUDGET_EXHAUSTED, connectionBudget } from './connection-budget.ts';
import { connectorsOf, ridersOf } from './connectors.ts';
import type { SeenConnector } from './connectors.ts';
import { usedBy } from './databases.ts';
import type { SeenDatabase } from './databases.ts';
import { measuredEvidence } from '../finding.ts';
import { connectorOptions } from './connector-options.ts';
import type { ConnectorOption } from './connector-options.ts';
import { countOf, evidenceOf, percent } from '../observation-queries.ts';
import { fittingTimeouts } from './timeouts.ts';

/** Documented bandwidth of one instance, megabits per second (gcp-facts 1.4: the ranges, divided). */
const MBPS_PER_INSTANCE: Readonly<Record<string, number>> = { 'f1-micro': 50, 'e2-micro': 100, 'e2-standard-4': 1_600 };

/** What is known of the connector's health, who rides it, and what could be done, side by side. */
export interface ConnectorReport {
  readonly name: string;
  /** pass: not saturated; fail: saturated; error, inconclusive: could not be told. */
  readonly verdict: Verdict;
  /** One line per sign, for and against. */
  readonly signs: readonly Evidence[];
  readonly riders: readonly { readonly service: string; readonly egress: string }[] | null;
  /** The one that fits best first; those that are not possible last, with the reason. */
  readonly levers: readonly ConnectorOption[];
  /** What one look cannot tell. */
  readonly unknowns: readonly string[];
}

/**
 * The connector doctor, for each connector of the document. Saturation is judged by gcp-facts 1.7: cpu p99, or all
 * instances in use, together with clients that cannot connect while what they call is well. Bytes alone acquit nobody, because
 * packets and connection tracking end first, and READY says nothing.
 */
export function connectorReports(observation: Observation, spec: RemediationSpec): readonly ConnectorReport[] {
  return connectorsOf(observation, spec).map((one) => connectorReport(observation, spec, one));
}

function connectorReport(
  observation: Observation,
  spec: RemediationSpec,
  { wanted: { name }, seen: connector }: SeenConnector,
): ConnectorReport {
  const state = connector?.state.value ?? null;
  if (connector === null || state === null)
    return {
      name,
      verdict: {
        outcome: 'error',
        because: `${name} could not be read${connector?.state.problem === undefined ? '' : ` (${connector.state.problem})`}`,
      },
      signs: [],
      riders: null,
      levers: [],
      unknowns: [],
    };
  const verdict = judge(observation, spec, connector, state);
  return {
    name,
    verdict,
    signs: signsOf(observation, spec, connector, state),
    riders: connector.riders.value,
    levers: connectorOptions(connector, state, spec),
    unknowns: [
      'for how long it has been at its maximum: one look shows one instant',
      'how fast a new instance joins: metrics are sampled each minute, so a gate of 10 s cannot be measured',
      ...(connector.packets.value === null
        ? ['packets per second were not read']
        : ['how many packets per second an instance carries: not published']),
    ],
  };
}

function judge(observation: Observation, spec: RemediationSpec, connector: ConnectorObservation, state: ConnectorState): Verdict {
  const { cpuP99 } = connector;
  const goal = spec.improvement.goals.connectorSaturation;
  const timeouts = countOf(fittingTimeouts(observation, connector));
  const full = connector.instances.value !== null && connector.instances.value >= state.maxInstances;
  const clients = timeouts > 0 && calleeIsWell(observation, spec, connector) !== false;
  if (cpuP99.value === null || cpuP99.freshness !== 'fresh') {
    const because = `cpu p99 is ${cpuP99.value === null ? 'not measured' : 'late'}`;
    return full && clients
      ? {
          outcome: 'fail',
          because: `${because}; all ${state.maxInstances} instances are in use and clients run into ${timeouts} connect timeouts`,
        }
      : { outcome: 'inconclusive', because: `${because}${full ? '; all instances are in use' : ''}` };
  }
  const figure = `cpu p99 ${percent(cpuP99.value)}, goal below ${percent(goal)}`;
  if (cpuP99.value >= goal)
    return {
      outcome: 'fail',
      because: `${figure}${full ? ', all instances in use' : ''}${timeouts > 0 ? `, ${timeouts} connect timeouts of clients` : ''}`,
    };
  if (full && clients)
    return {
      outcome: 'inconclusive',
      because: `${figure}, but all instances are in use and clients run into ${timeouts} connect timeouts`,
    };
  return { outcome: 'pass', because: `${figure}${timeouts > 0 ? `; the ${timeouts} timeouts of clients come from elsewhere` : ''}` };
}

function signsOf(
  observation: Observation,
  spec: RemediationSpec,
  connector: ConnectorObservation,
  state: ConnectorState,
): readonly Evidence[] {
  const { cpuP99, instances, throughput, packets } = connector;
  const timeouts = fittingTimeouts(observation, connector);
  const lines: Evidence[] = [
    measuredEvidence(
      connector.state,
      `${state.name} is ${state.lifecycle}, ${state.minInstances}–${state.maxInstances} × ${state.machineType} (READY says nothing about saturation)`,
    ),
  ];
  if (cpuP99.value !== null) lines.push(measuredEvidence(cpuP99, `cpu p99 ${percent(cpuP99.value)} (${cpuP99.freshness})`));
  if (instances.value !== null) lines.push(measuredEvidence(instances, `${instances.value} of ${state.maxInstances} instances in use`));
  if (throughput.value !== null) lines.push(measuredEvidence(throughput, throughputLine(throughput.value, instances.value, state)));
  if (packets.value !== null) lines.push(measuredEvidence(packets, packetsLine(packets.value, throughput.value, instances.value)));
  if (timeouts.length > 0) lines.push(...evidenceOf(timeouts, 3));
  const well = calleeIsWell(observation, spec, connector);
  if (well !== null && timeouts.length > 0)
    lines.push({
      source: calleesOf(observation, spec, connector)
        .map(({ wanted }) => wanted.instance)
        .join(', '),
      at: observation.at,
      text: well ? 'the database they call is well itself' : 'the database they call is ill itself',
    });
  return lines;
}

function throughputLine(bits: number, instances: number | null, state: ConnectorState): string {
  const each = MBPS_PER_INSTANCE[state.machineType];
  const mbps = bits / 1_000_000;
  if (each === undefined || instances === null || instances === 0) return `${round(mbps)} Mbit/s`;
  const share = mbps / (each * instances);
  return `${round(mbps)} Mbit/s, ${percent(share)} of what ${instances} × ${state.machineType} carry by their documents${share < 0.7 ? ' (packets may end it earlier)' : ''}`;
}

function packetsLine(packets: number, bits: number | null, instances: number | null): string {
  const size = bits === null || packets === 0 ? '' : `, ${Math.round(bits / 8 / packets)} bytes each`;
  const share = instances === null || instances === 0 ? '' : `, ${Math.round(packets / instances)} per instance`;
  return `${Math.round(packets)} packets per second${share}${size}`;
}

/** The databases that its riders use; of all services where nobody could read who rides it. */
function calleesOf(observation: Observation, spec: RemediationSpec, connector: ConnectorObservation): readonly SeenDatabase[] {
  return usedBy(observation, spec, ridersOf(connector) ?? spec.services.map(({ name }) => name));
}

/** null: not known. Each running, its cpu not at its end, connections left. */
function calleeIsWell(observation: Observation, spec: RemediationSpec, connector: ConnectorObservation): boolean | null {
  const each = calleesOf(observation, spec, connector).map((database) => databaseIsWell(observation, spec, database));
  if (each.includes(false)) return false;
  return each.length === 0 || each.includes(null) ? null : true;
}

function databaseIsWell(observation: Observation, spec: RemediationSpec, database: SeenDatabase): boolean | null {
  const state = database.seen?.state.value ?? null;
  if (state === null) return null;
  const cpu = database.seen?.cpu.value ?? null;
  const { utilization } = connectionBudget(observation, spec, database);
  return (
    state.lifecycle === 'RUNNABLE' &&
    !state.stopped &&
    (cpu === null || cpu < 0.9) &&
    (utilization === null || utilization < BUDGET_EXHAUSTED)
  );
}

function round(value: number): number {
  return value >= 10 ? Math.round(value) : Number(value.toFixed(1));
}
