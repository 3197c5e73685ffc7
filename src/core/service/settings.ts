import { object } from './json.ts';
import type { Json } from './json.ts';

/** What Google says of a service beside what is wished of it; the traffic is told by itself, and who asked is no setting. */
const OUTPUT_ONLY_FIELDS = new Set(
  (
    'name uid generation createTime updateTime deleteTime expireTime creator lastModifier client clientVersion template traffic ' +
    'observedGeneration terminalCondition conditions latestReadyRevision latestCreatedRevision trafficStatuses uri urls ' +
    'satisfiesPzs reconciling etag threatDetectionEnabled'
  ).split(' '),
);

/**
 * All settings of a service as Google tells them, unknown fields included, but for its traffic. They hold values that may be
 * secrets: kept in memory for comparing and for planning, and never printed or saved. Whoever turns them into text by mistake
 * gets a word and no value.
 */
export class ServiceSettings {
  readonly #service: Json;

  private constructor(service: Json) {
    this.#service = service;
  }

  /** Of a service of Cloud Run Admin v2 as it was read. */
  static of(service: Json): ServiceSettings {
    return new ServiceSettings(service);
  }

  /** The template of the next revision, `revision` (its name) left out: Google gives it. */
  template(): Json {
    const { revision: _named, ...template } = object(this.#service.template);
    return template;
  }

  /** What stands on the service itself: ingress, labels, annotations, scaling and whatever else is wished of it. */
  beside(): Json {
    return Object.fromEntries(Object.entries(this.#service).filter(([field]) => !OUTPUT_ONLY_FIELDS.has(field)));
  }

  toJSON(): string {
    return '[settings]';
  }
}
