import type { ConnectorState, ServiceState } from '../core/model/observation.ts';
import { fullTarget, sizeWords } from './connector-size.ts';
import { sayAll } from './survey.ts';
import type { Survey } from './survey.ts';

/** What only a person knows and a run hangs on; by service and by connector, and missing where nobody said. */
export interface Answers {
  readonly pins: Readonly<Record<string, string>>;
  readonly enlarge: Readonly<Record<string, boolean>>;
}

export const UNANSWERED: Answers = { pins: {}, enlarge: {} };

/** Revisions that serve, where there are several. */
export function splitOf({ trafficStatuses }: Pick<ServiceState, 'trafficStatuses'>): readonly string[] {
  const serving = trafficStatuses.filter(({ percent }) => percent > 0).flatMap(({ revision }) => revision ?? []);
  return serving.length > 1 ? serving : [];
}

/** Asks one question after the other; an empty answer leaves each as a question in the document. */
export async function askAbout({ services, connectors }: Survey, ask: (question: string) => Promise<string>): Promise<Answers> {
  const pins: Record<string, string> = {};
  const enlarge: Record<string, boolean> = {};
  for (const service of services) {
    const serving = splitOf(service);
    if (serving.length === 0) continue;
    const said = (
      await ask(
        `${service.name}: its traffic is split over ${sayAll(serving)}. Which one may a run give all of it to? Its name, or nothing to leave it: `,
      )
    ).trim();
    if (serving.includes(said)) pins[service.name] = said;
  }
  for (const [name, { value }] of Object.entries(connectors)) {
    if (value === null || isFull(value)) continue;
    const said = await ask(
      `${name}: now ${sizeWords(value)}. May a run enlarge it to ${sizeWords(fullTarget(value))} where it is full? That cannot be undone. [y/n, or nothing to leave it open] `,
    );
    if (/^(?:y|yes)$/i.test(said.trim())) enlarge[name] = true;
    if (/^(?:n|no)$/i.test(said.trim())) enlarge[name] = false;
  }
  return { pins, enlarge };
}

function isFull(present: ConnectorState): boolean {
  return sizeWords(present) === sizeWords(fullTarget(present));
}
