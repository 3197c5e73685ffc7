import { defined } from '../../../core/defined.ts';
import { errorInfo } from '../../surface/api-error.ts';
import type { Seeded } from '../../surface/seeded.ts';
import type { Surface } from '../../surface/surface.ts';
import { placed } from '../../world/place.ts';
import { effective, latestCreated, type Failure, type Service } from './model.ts';

/** How often Cloud Run looks at a revision that is coming up; fixed, so that the course does not depend on who reads. */
const LOOK_EVERY_MS = 1_000;

/**
 * Brings a service to what is wanted (gcp-facts 2.3): waits for the newest revision, then lets traffic take effect a few
 * seconds later. LATEST moves only to a revision that is ready. When the newest revision fails, the old one keeps serving and
 * the service stays FAILED, also through later traffic changes.
 */
export class Reconciler {
  readonly #surface: Surface;
  readonly #delays: Seeded;
  readonly #describe: (service: Service) => unknown;

  /** `describe` renders a service for the response of its operations. */
  constructor(surface: Surface, delays: Seeded, describe: (service: Service) => unknown) {
    this.#surface = surface;
    this.#delays = delays;
    this.#describe = describe;
  }

  /** The state at the start of the scenario: nothing is under way unless a revision is still coming up. */
  settleInitially(service: Service, at: number): void {
    this.#advanceLatestReady(service);
    service.statuses = service.wanted.traffic;
    service.latestInForce = service.latestReady;
    if (this.#condition(service, latestCreated(service).name) === 'pending') this.begin(service, at, 0);
    else this.#settle(service, at, null);
  }

  /** Something else is wanted since `at`. `stuckForMs` holds the end back. */
  begin(service: Service, at: number, stuckForMs: number): void {
    service.settled = null;
    service.reconcilingSince = at;
    this.#step(service, service.generation, at, at + this.#delay() + stuckForMs);
  }

  #step(service: Service, generation: number, at: number, routesAt: number): void {
    if (service.generation !== generation) return;
    const followsLatest = service.wanted.traffic.some(({ revision }) => revision === null);
    const moved = this.#advanceLatestReady(service);
    const due = moved && followsLatest ? Math.max(routesAt, at + this.#delay()) : routesAt;
    const coming = this.#condition(service, latestCreated(service).name) === 'pending';
    const routes = at >= due ? this.#route(service, at) : 'pending';
    if (!coming && routes !== 'pending') {
      this.#settle(service, at, routes);
      return;
    }
    const next = coming || at >= due ? at + LOOK_EVERY_MS : Math.max(due, at + 1);
    this.#surface.events.add(next, (then) => this.#step(service, generation, then, due));
  }

  /** Puts the wanted vector into force once each revision it names is ready. */
  #route(service: Service, at: number): Failure | 'pending' | null {
    const named = service.wanted.traffic.flatMap(({ revision, percent }) => (revision !== null && percent > 0 ? [revision] : []));
    if (named.some((name) => this.#condition(service, name) === 'pending')) return 'pending';
    const broken = named.find((name) => this.#condition(service, name) === 'failed');
    if (broken !== undefined && !effective(service).some(({ revision }) => revision === broken)) return this.#failure(service, broken);
    const before = JSON.stringify(effective(service));
    service.statuses = service.wanted.traffic;
    service.latestInForce = service.latestReady;
    const after = effective(service);
    if (JSON.stringify(after) !== before && after.length > 0) this.#surface.world.services.setTraffic(service.name, after, at);
    return null;
  }

  #settle(service: Service, at: number, routes: Failure | null): void {
    const created = latestCreated(service).name;
    const configuration = this.#condition(service, created) === 'failed' ? this.#failure(service, created) : null;
    const failure = configuration ?? routes;
    if (!failure) service.observedGeneration = service.generation;
    service.settled = { at, configuration, routes };
    for (const operation of service.waiting.splice(0)) {
      operation.outcome = failure ? { endedAt: at, error: failure.error } : { endedAt: at, response: this.#describe(service) };
    }
  }

  /** The newest ready revision, never an older one than before. True when it moved. */
  #advanceLatestReady(service: Service): boolean {
    const { revisions } = service;
    for (let index = revisions.length - 1; index >= 0; index--) {
      const { name } = defined(revisions[index]);
      if (name === service.latestReady) return false;
      if (this.#condition(service, name) !== 'ready') continue;
      service.latestReady = name;
      return true;
    }
    return false;
  }

  #failure(service: Service, revision: string): Failure {
    const { reason, message } = this.#surface.world.services.condition(service.name, revision);
    const text = message ?? 'The revision failed.';
    const said = text.startsWith('Revision ') ? text : `Revision '${revision}' is not ready and cannot serve traffic. ${text}`;
    const details = [
      errorInfo(reason ?? 'HEALTH_CHECK_CONTAINER_ERROR', 'run.googleapis.com', {
        service: placed(service.name, this.#surface.region).name,
        revision,
      }),
    ];
    return { message: said, error: { code: 9, message: said, details } };
  }

  #condition(service: Service, revision: string): 'pending' | 'ready' | 'failed' {
    return this.#surface.world.services.condition(service.name, revision).state;
  }

  #delay(): number {
    return this.#delays.between(2_000, 5_000);
  }
}
