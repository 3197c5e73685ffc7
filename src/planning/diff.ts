import type { ServiceState, TemplateFacts, TrafficTarget } from '../core/model/observation.ts';
import type { ConnectorConfig } from '../core/model/plan.ts';
import type { DeploySpec } from '../core/model/spec.ts';

/** Lines of `- before` and `+ after`; what stays the same is left out. */
export function connectorDiff(from: ConnectorConfig, to: ConnectorConfig): readonly string[] {
  return (['minInstances', 'maxInstances', 'machineType'] as const).flatMap((field) => changed(field, from[field], to[field]));
}

export function trafficDiff(from: readonly TrafficTarget[], to: readonly TrafficTarget[]): readonly string[] {
  return [...from.map((target) => `- ${sayTarget(target)}`), ...to.map((target) => `+ ${sayTarget(target)}`)];
}

/** The template as a deploy would leave it, compared with what it is. A deploy that changes nothing else still makes a revision. */
export function deployDiff(present: ServiceState, deploy: DeploySpec, like: ServiceState | null): readonly string[] {
  const before = present.template;
  const lines = [
    ...(deploy.image === null ? [] : changed('image', before.image, deploy.image)),
    ...Object.entries(deploy.env).map(([name, value]) => `+ env ${name}=${value}`),
    ...(like === null ? [] : likeDiff(before, like.template)),
    '+ annotation firebreak.dev/change (makes a new revision)',
  ];
  return lines;
}

const TAKEN_OVER = ['cpu', 'memory', 'minInstances', 'maxInstances', 'egress', 'startupProbe'] as const;

function likeDiff(before: TemplateFacts, after: TemplateFacts): readonly string[] {
  return TAKEN_OVER.flatMap((field) => changed(field, before[field], after[field]));
}

function changed(name: string, before: string | number | null, after: string | number | null): readonly string[] {
  if (before === after) return [];
  return [`- ${name}: ${before ?? 'none'}`, `+ ${name}: ${after ?? 'none'}`];
}

function sayTarget(target: TrafficTarget): string {
  const who = target.latest ? `LATEST${target.revision === null ? '' : ` (${target.revision})`}` : (target.revision ?? '?');
  return `${who}: ${target.percent} %${target.tag === null ? '' : ` tag ${target.tag}`}`;
}
