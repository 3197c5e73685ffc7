import { defined } from '../core/defined.ts';
import type { GoldenStepSpec, RemediationSpec } from '../core/model/spec.ts';
import type { z } from 'zod';
import type { bareWorldSchema } from './schema.ts';

type RawApplication = NonNullable<z.input<typeof bareWorldSchema>['services'][number]['application']>;
type Json = Readonly<Record<string, unknown>>;

interface Wanted {
  readonly service: string;
  readonly path: string;
  readonly status: number;
  readonly json: Json;
}

export interface DrawnAnswers {
  /** What the application of a service says on the paths that the document asks. */
  readonly of: (service: string) => Partial<RawApplication>;
  readonly guesses: readonly string[];
  readonly unknowns: readonly string[];
}

/** Answers that let every check of the document pass, so that only what is broken on purpose fails. */
export function drawAnswers(spec: RemediationSpec): DrawnAnswers {
  const wanted = [...healthAnswers(spec), ...checkAnswers(spec), ...goldenAnswers(spec)];
  const { webSocket } = spec.validation;
  return {
    of: (service) => {
      const own = wanted.filter((one) => one.service === service);
      const answers = Object.fromEntries(pathsOf(own).map((path) => [path, merged(own.filter((one) => one.path === path))]));
      return {
        ...(own.length === 0 ? {} : { answers }),
        ...grpcOf(spec, service),
        ...(webSocket?.service === service ? { socket: { path: bare(webSocket.path), events: [...webSocket.events] } } : {}),
      };
    },
    guesses: wanted.length === 0 ? [] : ['each path that the document asks answers as the document expects'],
    unknowns: [
      ...elsewhere(spec).map((url) => `what ${url} answers: it is no path of a service, and no domain of the load balancer`),
      ...spec.dependencies.map(({ name, host, port }) => `${name} (${host}:${port}): it is not drawn`),
    ],
  };
}

function healthAnswers({ services }: RemediationSpec): readonly Wanted[] {
  return services.flatMap(({ name, health }) =>
    health.flatMap(({ url, kind, expectStatus = 200 }) =>
      kind === undefined && url.startsWith('/') ? [{ service: name, path: bare(url), status: expectStatus, json: {} }] : [],
    ),
  );
}

/** A gRPC server where the document asks for its health, under the names it asks for. */
function grpcOf({ services }: RemediationSpec, service: string): Partial<RawApplication> {
  const checks = services.find(({ name }) => name === service)?.health.filter(({ kind }) => kind === 'grpc') ?? [];
  return checks.length === 0 ? {} : { grpc: { health: [...new Set(checks.map(({ grpcService = '' }) => grpcService))] } };
}

/** Where it takes bare connections: what the document asks of it. */
export function listensOf({ health }: RemediationSpec['services'][number]): { readonly listens?: string[] } {
  const addresses = health.filter(({ kind }) => kind === 'tcp').map(({ url }) => url.slice('tcp://'.length));
  return addresses.length === 0 ? {} : { listens: addresses };
}

function checkAnswers({ validation }: RemediationSpec): readonly Wanted[] {
  return validation.categories.flatMap(({ checks }) =>
    checks.map(({ service, path, expectStatus, expectJson }) => ({
      service,
      path: bare(path),
      status: expectStatus,
      json: nested(expectJson),
    })),
  );
}

/** What is saved of an answer is made up here, so that the path of a later step that holds it is known too. */
function goldenAnswers({ validation }: RemediationSpec): readonly Wanted[] {
  const saved = validation.goldenPath.flatMap(({ save }) => Object.keys(save));
  const filled = (path: string): string => saved.reduce((text, name) => text.replaceAll(`\${${name}}`, madeUp(name)), path);
  return validation.goldenPath.map(({ service, path, expectStatus, save }: GoldenStepSpec) => ({
    service,
    path: bare(filled(path)),
    status: expectStatus,
    json: nested(Object.fromEntries(Object.entries(save).map(([name, at]) => [at, madeUp(name)]))),
  }));
}

const madeUp = (name: string): string => `drawn-${name}`;

function elsewhere({ services, loadBalancer }: RemediationSpec): readonly string[] {
  const known = loadBalancer?.domains ?? [];
  return services.flatMap(({ health }) =>
    health
      .filter(({ kind }) => kind !== 'tcp')
      .map(({ url }) => url)
      .filter((url) => !url.startsWith('/') && !known.some((domain) => URL.parse(url)?.hostname === domain)),
  );
}

function pathsOf(wanted: readonly Wanted[]): readonly string[] {
  return [...new Set(wanted.map(({ path }) => path))];
}

function merged(same: readonly Wanted[]): NonNullable<RawApplication['answers']>[string] {
  const json = Object.assign({}, ...same.map((one) => one.json)) as Record<string, z.core.util.JSONType>;
  const status = defined(same.at(-1)).status;
  return Object.keys(json).length === 0 ? status : { status, json };
}

/** `{ 'a.b': 1 }` as `{ a: { b: 1 } }`; a number in the path is the place in a list. */
function nested(flat: Readonly<Record<string, unknown>>): Json {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const parts = path.split('.');
    let at = root;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    at[defined(parts.at(-1))] = value;
  }
  return root;
}

/** Without query and without a slash at the end, as a service meets it. */
function bare(path: string): string {
  const alone = path.split(/[?#]/)[0] ?? '/';
  return alone.length > 1 && alone.endsWith('/') ? alone.slice(0, -1) : alone;
}
