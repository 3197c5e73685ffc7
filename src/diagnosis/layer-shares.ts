import type { Cause, CauseKind, Diagnosis } from '../core/model/diagnosis.ts';
import type { Observation } from '../core/model/observation.ts';
import { changeBehind } from './changes/onset.ts';

type Layer = 'infrastructure' | 'application' | 'process' | 'unknown';

/** Where the trouble comes from, in parts that sum to 1 (all 0 when nothing is wrong), and what each part stands on. */
export interface LayerShares {
  readonly shares: Readonly<Record<Layer, number>>;
  readonly because: readonly string[];
}

/**
 * `process` is what people set and nothing caught: settings, and roll-outs left half done. What Google, the network and the
 * database do is infrastructure, what the image does is application.
 */
const LAYERS: Readonly<Record<CauseKind, Layer>> = {
  'application-crash': 'application',
  configuration: 'process',
  'revision-contention': 'process',
  'name-resolution': 'infrastructure',
  'connector-saturation': 'infrastructure',
  'database-unreachable': 'infrastructure',
  'connection-budget': 'infrastructure',
  pool: 'application',
  'certificate-or-routing': 'infrastructure',
  'quota-or-regional-shortage': 'infrastructure',
  'provider-incident': 'infrastructure',
  unknown: 'unknown',
};

/** Of a cause that began with a change of somebody's, so much counts as process: it went out and nothing stopped it. Ours to choose. */
const CHANGE_PART = 0.2;
/** What nobody of ours changed into being. */
const NOT_BY_CHANGE: readonly CauseKind[] = ['provider-incident', 'unknown', 'configuration', 'revision-contention'];

/** The split, earned: shares of the causes by layer; a change counts only where the admin log shows it at the time it began. */
export function layerShares({ causes }: Pick<Diagnosis, 'causes'>, observation: Observation): LayerShares {
  const shares: Record<Layer, number> = { infrastructure: 0, application: 0, process: 0, unknown: 0 };
  const because: string[] = [];
  for (const cause of causes) {
    const layer = LAYERS[cause.kind];
    const change = NOT_BY_CHANGE.includes(cause.kind) ? null : changeBehind(cause, observation);
    const process = change === null ? 0 : cause.share * CHANGE_PART;
    shares[layer] += cause.share - process;
    shares.process += process;
    because.push(`${layer}: ${sayCause(cause)}`);
    if (change !== null)
      because.push(
        `process: it began with ${change.method} of ${change.resource} by ${change.actor} at ${new Date(change.at).toISOString().slice(0, 19)}Z`,
      );
  }
  return { shares: rounded(shares), because: [...new Set(because)] };
}

function sayCause({ kind, subject, share }: Cause): string {
  return `${kind} of ${subject === '' ? 'something not known' : subject} (${Math.round(share * 100)} %)`;
}

/** Hundredths that sum to 1: what rounding leaves over goes to the largest. */
function rounded(shares: Record<Layer, number>): Readonly<Record<Layer, number>> {
  const layers: readonly Layer[] = ['infrastructure', 'application', 'process', 'unknown'];
  const hundredths = layers.map((layer) => Math.round(shares[layer] * 100));
  const total = hundredths.reduce((sum, value) => sum + value, 0);
  if (total === 0) return shares;
  const largest = hundredths.indexOf(Math.max(...hundredths));
  hundredths[largest] = (hundredths[largest] ?? 0) + 100 - total;
  return Object.fromEntries(layers.map((layer, index) => [layer, (hundredths[index] ?? 0) / 100])) as Record<Layer, number>;
}
