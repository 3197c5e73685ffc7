import type { CloudRun } from './apis/run/run.ts';
import { bearerOf } from './id-token.ts';
import { HTML_HEADERS, type SimResponse } from './messages.ts';
import type { Surface } from './surface/surface.ts';

const EVERYBODY = 'allUsers';

/**
 * Who may invoke which service: Cloud Run's front end asks before the service hears of a request. 403: nobody who may; 401: a token
 * that is not good here. Source: Cloud Run, "Authenticating" and "Authenticating service-to-service".
 */
export class Invokers {
  readonly #surface: Surface;
  readonly #run: CloudRun;
  readonly #members: ReadonlyMap<string, readonly string[]>;

  constructor(surface: Surface, run: CloudRun) {
    this.#surface = surface;
    this.#run = run;
    this.#members = new Map(surface.scenario.world.services.map(({ name, invokers }) => [name, invokers]));
  }

  /** Google's answer to a request that may not come in; null: it may. */
  refuses(headers: Readonly<Record<string, string>>, service: string, now: number): SimResponse | null {
    const members = this.#members.get(service) ?? [EVERYBODY];
    if (members.includes(EVERYBODY)) return null;
    const token = /^Bearer (\S+)$/i.exec(headers['x-serverless-authorization'] ?? headers['authorization'] ?? '')?.[1];
    if (token === undefined) return page(403, 'Forbidden', 'Your client does not have permission to get this URL from this server.');
    const email = bearerOf(token, { seed: this.#surface.scenario.seed, audience: this.#run.addressOf(service), now });
    if (email === null) return page(401, 'Unauthorized', 'The access token could not be verified.');
    return members.includes(email)
      ? null
      : page(403, 'Forbidden', 'Your client does not have permission to get this URL from this server.');
  }
}

function page(status: number, title: string, text: string): SimResponse {
  const body = `<html><head><title>${status} ${title}</title></head><body><h1>Error: ${title}</h1><h2>${text}</h2></body></html>`;
  return { status, headers: HTML_HEADERS, body };
}
