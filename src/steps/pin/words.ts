import type { TrafficTarget } from '../../core/model/observation.ts';

/** Lines of `- before` and `+ after`: the whole vector, tags included. */
export function trafficDiff(from: readonly TrafficTarget[], to: readonly TrafficTarget[]): readonly string[] {
  return [...from.map((target) => `- ${sayTarget(target)}`), ...to.map((target) => `+ ${sayTarget(target)}`)];
}

function sayTarget(target: TrafficTarget): string {
  const who = target.latest ? `LATEST${target.revision === null ? '' : ` (${target.revision})`}` : (target.revision ?? '?');
  return `${who}: ${target.percent} %${target.tag === null ? '' : ` tag ${target.tag}`}`;
}
