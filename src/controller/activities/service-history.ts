import { nextGeneration } from '../../core/service/generation.ts';
import type { ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import type { ServiceSettings } from '../../core/service/settings.ts';
import type { Cloud, CloudRunPort } from '../../ports/cloud.ts';

/** What one generation of a service holds. It never changes: every change of what is wished makes another generation. */
export interface SeenGeneration {
  readonly settings: ServiceSettings;
  readonly traffic: readonly TrafficTarget[];
  /** Of the change of a Firebreak run that made its template, by its annotation; null: no such change is known. */
  readonly changeKey: string | null;
}

/** So many generations of each service are remembered: our own changes of a run, and a few of others. */
const REMEMBERED = 16;

/**
 * The services as this process has read them, by generation, and as our own traffic writes have left them: what a change by
 * somebody else is compared with. A memory for words alone: whether something was changed is decided without it, and what it
 * does not hold is told as not compared.
 */
export class ServiceHistory {
  readonly #generations = new Map<string, Map<string, SeenGeneration>>();
  /** By service, the last read: what an etag stands for. */
  readonly #last = new Map<string, ServiceState>();

  note(state: ServiceState): void {
    this.#last.set(state.name, state);
    this.#put(state.name, state.generation, { settings: state.settings, traffic: state.traffic, changeKey: state.changeKey });
  }

  /** Null where this process has not seen it. */
  at(service: string, generation: string | null | undefined): SeenGeneration | null {
    return this.#generations.get(service)?.get(generation ?? '') ?? null;
  }

  /**
   * The same cloud; what is read of services through it is noted, and so is what a traffic write of ours makes: it was accepted
   * under the etag of a read, so the settings of the generation that it made are those of that read.
   */
  watching(cloud: Cloud): Cloud {
    const run: CloudRunPort = {
      ...cloud.run,
      getService: async (name, options) => this.#noted(await cloud.run.getService(name, options)),
      setTraffic: async (service, etag, traffic, options) => {
        const answer = await cloud.run.setTraffic(service, etag, traffic, options);
        this.#written(service, etag, traffic);
        return answer;
      },
    };
    return { ...cloud, run };
  }

  #noted(state: ServiceState): ServiceState {
    this.note(state);
    return state;
  }

  #written(service: string, etag: string, traffic: readonly TrafficTarget[]): void {
    const read = this.#last.get(service);
    if (read?.etag !== etag) return;
    this.#put(service, nextGeneration(read.generation), { settings: read.settings, traffic, changeKey: read.changeKey });
  }

  #put(service: string, generation: string, seen: SeenGeneration): void {
    const known = this.#generations.get(service) ?? new Map<string, SeenGeneration>();
    this.#generations.set(service, known);
    known.delete(generation);
    known.set(generation, seen);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  }
}
