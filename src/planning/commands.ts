import type { TrafficTarget } from '../core/model/observation.ts';
import { named, quoted } from '../core/shell.ts';
import type { Place } from '../core/shell.ts';
import { asMeant } from './restore.ts';

/** Traffic by revision; tags stay as they are. */
export function trafficCommands(service: string, vector: readonly TrafficTarget[], place: Place): readonly string[] {
  const serving = vector.filter((target) => target.percent > 0);
  const targets = serving.map((target) => `${target.latest ? 'LATEST' : (target.revision ?? '')}=${target.percent}`).join(',');
  return [`gcloud run services update-traffic ${named(service, place)} --to-revisions=${quoted(targets)}`];
}

/**
 * The way back to a vector, spelled as the controller's own restore does: LATEST by the name it stands for when a revision of ours
 * comes after, because LATEST is that one then. Tags are put back by the restore; they do not move requests.
 */
export function undoCommands(
  service: string,
  vector: readonly TrafficTarget[],
  place: Place,
  { newRevision }: { readonly newRevision: boolean },
): readonly string[] {
  const meant = vector.map((target) => asMeant(target, newRevision ? null : target.revision));
  const whole = meant.length === 0 || meant.some(({ latest, percent }) => latest && percent === 100);
  return whole ? [`gcloud run services update-traffic ${named(service, place)} --to-latest`] : trafficCommands(service, meant, place);
}
