import type { ConnectorConfig } from '../../core/model/plan.ts';
import type { ConnectorTarget } from '../../core/model/spec.ts';
import { locatedOf } from '../../core/region.ts';
import { named, where } from '../../core/shell.ts';
import type { Place } from '../../core/shell.ts';
import type { OneWay } from '../kind.ts';
import { withinLimits } from './limits.ts';

/** The update that the controller would send. Both bounds must be sent together (gcp-facts 1.3). */
export function connectorCommands(name: string, target: ConnectorTarget, place: Place): readonly string[] {
  const bounds = `--min-instances=${target.minInstances} --max-instances=${target.maxInstances} --machine-type=${target.machineType}`;
  return [
    `gcloud compute networks vpc-access connectors update ${named(name, place)} ${bounds}`,
    `gcloud compute networks vpc-access connectors describe ${named(name, place)}`,
  ];
}

/** No update mends it; what does is for people. */
export function lostWords(name: string, lifecycle: string, { project, region }: Place): string {
  const at = where({ project, region: locatedOf(name, region).region });
  return `${name} is in state ${lifecycle}, and cannot be updated any more; to make a new one, and move the services to it: gcloud compute networks vpc-access connectors create NEW_NAME ${at} --network=NETWORK --range=UNUSED/28 --min-instances=2 --max-instances=10`;
}

/** Lines of `- before` and `+ after`; what stays the same is left out. */
export function connectorDiff(from: ConnectorConfig, to: ConnectorConfig): readonly string[] {
  return (['minInstances', 'maxInstances', 'machineType'] as const).flatMap((field) => changed(field, from[field], to[field]));
}

function changed(name: string, before: string | number, after: string | number): readonly string[] {
  return before === after ? [] : [`- ${name}: ${before}`, `+ ${name}: ${after}`];
}

/** What is wished for may be more than Google allows, and the plan is made within that. */
export function oneWayWords({ name, target }: { readonly name: string; readonly target: ConnectorTarget }): OneWay {
  const { minInstances, maxInstances, machineType } = withinLimits(target).target;
  const words = [
    `This run may scale ${name} to ${minInstances}–${maxInstances} × ${machineType}.`,
    'That cannot be undone: bounds never fall and instances never scale in.',
  ];
  return { name, what: 'connector', words };
}
