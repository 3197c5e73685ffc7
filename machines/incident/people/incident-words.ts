import type { IncidentContext } from '../context.ts';
import { sayInstant } from './say-instant.ts';

/** From so much confidence on an incident of Google's is likelier than not to have a part in what fails. */
const LIKELY_FROM = 0.5;

/**
 * Whoever is asked or called must know that Google has published an incident that fits, wherever else the words lead them: once in a
 * message, with the instant of the diagnosis that found it. Pure.
 */
export function withIncident({ diagnosis }: Pick<IncidentContext, 'diagnosis'>, text: string): string {
  const found = diagnosis?.causes.find(({ kind, confidence }) => kind === 'provider-incident' && confidence >= LIKELY_FROM);
  if (diagnosis === null || found === undefined || text === '' || text.includes(found.summary)) return text;
  return `${text}\n${found.summary} (diagnosis of ${sayInstant(diagnosis.at)}).`;
}
