import type { IncidentContext } from '../../machines/incident/context.ts';
import type { World } from '../../src/simulator/world/contract.ts';
import { boundsOf, spelled, vectorOf } from './operator-overrides.ts';
import type { Fields, Vector } from './operator-overrides.ts';

interface HandMark {
  readonly at: number;
  readonly value: string;
}

/** What people have set by hand, as they wanted it: traffic of services, bounds of the connector. */
export class HandMarks {
  readonly #marks = new Map<string, HandMark>();
  readonly #vectors = new Set<string>();

  /** `stood` is what was there before. Who sets that, or just what we are about to set, cannot be told apart from us. */
  noteTraffic(service: string, vector: Vector, stood: Vector, at: number, contexts: readonly IncidentContext[]): void {
    this.#vectors.add(`${service} ${spelled(vector)}`);
    if (spelled(stood) !== spelled(vector) && !isWished(service, vector, contexts))
      this.#marks.set(`${service} traffic`, { at, value: spelled(vector) });
  }

  /** An update that Google fails leaves everything as it was. */
  noteBounds(path: string, fields: Fields, at: number, world: World): void {
    const name = /\/connectors\/([^/?:]+)/.exec(path)?.[1] ?? '';
    const wanted = {
      minInstances: Number(fields['minInstances']),
      maxInstances: Number(fields['maxInstances']),
      machineType: String(fields['machineType']),
    };
    if (world.connectors.updateCourse(name, wanted).failure === null) this.#marks.set('connector bounds', { at, value: boundsOf(fields) });
  }

  /** Whether somebody has set just this before. */
  knows(service: string, vector: Vector): boolean {
    return this.#vectors.has(`${service} ${spelled(vector)}`);
  }

  /** What a human set, after the last word that let the run go on, and that is something else than `value`; null: nothing. */
  against(what: string, value: string, released: number): string | null {
    const mark = this.#marks.get(what);
    return mark === undefined || released > mark.at || mark.value === value ? null : mark.value;
  }
}

function isWished(service: string, vector: Vector, contexts: readonly IncidentContext[]): boolean {
  return contexts
    .flatMap(({ plan }) => plan?.steps ?? [])
    .some(({ change }) => change?.kind === 'pin' && change.service === service && spelled(vectorOf(change.to) ?? []) === spelled(vector));
}
