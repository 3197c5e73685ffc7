import type { Diagnosis } from '../core/model/diagnosis.ts';
import type { Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { Verdict } from '../core/model/verdict.ts';
import type { CheckFinding } from './checks/check.ts';
import { findingsOf } from './checks/checks.ts';
import { connectorReports } from './infrastructure/connector-report.ts';
import type { ConnectorReport } from './infrastructure/connector-report.ts';
import { layerShares } from './layer-shares.ts';
import type { LayerShares } from './layer-shares.ts';

/** A gate that documents ask for and nobody can measure, or a figure without a source: told, never decided on. */
export interface Unmeasurable {
  readonly gate: string;
  readonly verdict: Verdict;
}

/** A diagnosis with everything around it that a person wants to see beside it. */
export interface Examination {
  readonly diagnosis: Diagnosis;
  readonly split: LayerShares;
  readonly findings: readonly CheckFinding[];
  /** One for each connector of the document. */
  readonly connectors: readonly ConnectorReport[];
  readonly unmeasurable: readonly Unmeasurable[];
}

/** Pure; the same look and document give the same examination. */
export function examine(observation: Observation, spec: RemediationSpec, diagnosis: Diagnosis): Examination {
  return {
    diagnosis,
    split: layerShares(diagnosis, observation),
    findings: findingsOf(observation, spec),
    connectors: connectorReports(observation, spec),
    unmeasurable: unmeasurableGates(spec),
  };
}

/** Always inconclusive: none of them may ever turn a gate green (DESIGN sections 2 and 8). */
function unmeasurableGates(spec: RemediationSpec): readonly Unmeasurable[] {
  const inconclusive = (gate: string, because: string): Unmeasurable => ({ gate, verdict: { outcome: 'inconclusive', because } });
  return [
    ...(spec.connectors.length === 0
      ? []
      : [inconclusive('connector scale-out under 10 s', 'the connector’s instances are sampled each minute: nothing tells ten seconds')]),
    ...(spec.databases.length === 0
      ? []
      : [inconclusive('50 or more concurrent connections', 'a figure without a source: reported, never decided on')]),
  ];
}
