import type { ConnectorObservation, LogGroup } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Rule } from '../finding.ts';
import { measuredEvidence } from '../finding.ts';
import { connectorsOf, ridersOf } from '../infrastructure/connectors.ts';
import { failsTooQuickly } from '../infrastructure/quick-failures.ts';
import { fittingTimeouts } from '../infrastructure/timeouts.ts';
import { countOf, evidenceOf, percent } from '../observation-queries.ts';
import type { Harm } from '../observation-queries.ts';
import { separatedRevisions } from '../witnesses/separated.ts';

/**
 * gcp-facts 1.7: cpu p99 above the threshold, or all instances in use while clients run into connect timeouts. Bytes say
 * nothing (packets and connection tracking end first), and READY says nothing. What
 * fails one of two revisions that ride it alike is not of it, nor what fails quickly and without time-outs.
 */
export const connectorSaturation: Rule = (observation, spec) =>
  connectorsOf(observation, spec).flatMap(({ wanted: { name }, seen }) => {
    if (seen === null) return [];
    const timeouts = fittingTimeouts(observation, seen);
    const confidence = confidenceOf(seen, spec, timeouts);
    if (confidence === 0) return [];
    const riders = ridersOf(seen);
    const elsewhere = (riders ?? []).flatMap((service) => failsTooQuickly(observation, service) ?? []);
    return [
      {
        kind: 'connector-saturation' as const,
        subject: name,
        confidence,
        summary: summaryOf(name, seen, timeouts, { linesRead: observation.logs.value !== null, elsewhere }),
        evidence: [...figures(seen, spec), ...evidenceOf(timeouts, 3)],
        covers: (harm: Harm) =>
          (riders === null || riders.includes(harm.service)) &&
          separatedRevisions(observation, harm.service)?.revision !== harm.revision &&
          failsTooQuickly(observation, harm.service) === null,
      },
    ];
  });

/** 0: the evidence does not show saturation. A late figure counts for less; a missing one for nothing. */
function confidenceOf(connector: ConnectorObservation, spec: RemediationSpec, timeouts: readonly LogGroup[]): number {
  const cpu = connector.cpuP99;
  const hot = cpu.value !== null && cpu.value >= spec.improvement.goals.connectorSaturation;
  const seen = timeouts.length > 0;
  if (hot) return (seen ? 0.92 : 0.65) - (cpu.freshness === 'late' ? 0.25 : 0);
  if (!seen || !atMaximum(connector)) return 0;
  return cpu.value === null ? 0.6 : 0.5;
}

function atMaximum(connector: ConnectorObservation): boolean {
  const maximum = connector.state.value?.maxInstances ?? null;
  const instances = connector.instances.value;
  return maximum !== null && instances !== null && instances >= maximum;
}

function figures(connector: ConnectorObservation, spec: RemediationSpec): ReturnType<typeof measuredEvidence>[] {
  const lines = [];
  const { cpuP99, instances, state, riders } = connector;
  const threshold = percent(spec.improvement.goals.connectorSaturation);
  if (cpuP99.value !== null)
    lines.push(measuredEvidence(cpuP99, `connector cpu p99 ${percent(cpuP99.value)} (goal below ${threshold}, ${cpuP99.freshness})`));
  if (instances.value !== null && state.value !== null)
    lines.push(
      measuredEvidence(instances, `${instances.value} of at most ${state.value.maxInstances} ${state.value.machineType} instances in use`),
    );
  if (riders.value !== null)
    lines.push(measuredEvidence(riders, `rides it: ${riders.value.map((rider) => `${rider.service} (${rider.egress})`).join(', ')}`));
  return lines;
}

function summaryOf(
  name: string,
  connector: ConnectorObservation,
  timeouts: readonly LogGroup[],
  { linesRead, elsewhere }: { readonly linesRead: boolean; readonly elsewhere: readonly string[] },
): string {
  const cpu = connector.cpuP99.value === null ? 'cpu not measured' : `cpu p99 ${percent(connector.cpuP99.value)}`;
  const maximum = atMaximum(connector) ? ', all instances in use' : '';
  const none = linesRead ? 'no client has logged a connect timeout' : 'what its clients log could not be read';
  const clients = timeouts.length === 0 ? none : `${countOf(timeouts)} connect timeouts logged by clients`;
  const figure = `(${cpu}${maximum}; ${clients})`;
  return elsewhere.length === 0
    ? `${name} is saturated ${figure}`
    : `${name} is busy ${figure}, but ${elsewhere.join('; ')}: a full connector fails users slowly`;
}
