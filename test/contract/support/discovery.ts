import { readFileSync } from 'node:fs';
import { isThere } from '../../architecture/outside.ts';

const FOLDER = new URL('../../../../shared/gcp-discovery/', import.meta.url);

/** Whether Google's API descriptions lie beside the checkout; without them there is nothing to compare with. */
export const available = isThere('descriptions');

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly flatPath?: string;
  readonly response?: { readonly $ref?: string };
}

interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

interface Overlay {
  readonly enums: Readonly<Record<string, readonly string[]>>;
  readonly properties: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** Message types that travel as `Any`, by their short name, with the schema that describes them. */
const TYPED: Readonly<Record<string, string>> = {
  'google.cloud.run.v2.Service': 'GoogleCloudRunV2Service',
  'google.cloud.vpcaccess.v1.Connector': 'Connector',
  'google.cloud.vpcaccess.v1.OperationMetadata': 'OperationMetadata',
};

/** One API description (`run.v2`) with its newer fields laid over it. */
export class Discovery {
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #overlay: Overlay;
  readonly #methods = new Map<string, Method>();

  constructor(name: string) {
    const document = read(`${name}.json`) as Resource & { readonly schemas: Readonly<Record<string, Schema>> };
    const { docs } = read('overlay.json') as { readonly docs: Readonly<Record<string, Overlay>> };
    this.#schemas = document.schemas;
    this.#overlay = docs[name.replace('.', ':')]!;
    this.#collect(document);
  }

  method(id: string): Method | undefined {
    return this.#methods.get(id);
  }

  /** What in an answer of this method contradicts its description, one line each. */
  contradictions(id: string, answer: unknown): readonly string[] {
    const schema = this.method(id)?.response?.$ref;
    return schema === undefined ? [`${id} has no described answer`] : this.#check({ $ref: schema }, answer, id, '');
  }

  #collect({ methods, resources }: Resource): void {
    for (const method of Object.values(methods ?? {})) this.#methods.set(method.id, method);
    for (const resource of Object.values(resources ?? {})) this.#collect(resource);
  }

  #check(schema: Schema, value: unknown, at: string, owner: string): readonly string[] {
    if (value === null || value === undefined) return [`${at} is null`];
    if (schema.$ref !== undefined) return this.#checkMessage(schema.$ref, value, at);
    if (schema.type === 'array') {
      if (!Array.isArray(value)) return [`${at} is no list`];
      return value.flatMap((each, index) => this.#check(schema.items ?? {}, each, `${at}[${index}]`, owner));
    }
    if (schema.type === 'object' || schema.type === 'any' || schema.type === undefined) return this.#checkMap(schema, value, at, owner);
    return this.#checkScalar(schema, value, at, owner);
  }

  #checkMap(schema: Schema, value: unknown, at: string, owner: string): readonly string[] {
    if (typeof value !== 'object' || value === null) return schema.type === 'object' ? [`${at} is no object`] : [];
    const type = (value as Record<string, unknown>)['@type'];
    const known = typeof type === 'string' ? TYPED[type.replace('type.googleapis.com/', '')] : undefined;
    if (known !== undefined) {
      const { '@type': _type, ...message } = value as Record<string, unknown>;
      return this.#checkMessage(known, message, at);
    }
    const inner = schema.additionalProperties;
    if (inner === undefined || inner.type === 'any') return [];
    return Object.entries(value).flatMap(([key, each]) => this.#check(inner, each, `${at}.${key}`, owner));
  }

  #checkMessage(name: string, value: unknown, at: string): readonly string[] {
    const schema = this.#schemas[name] ?? this.#overlay.schemas[name];
    if (schema === undefined) return [`${at}: no schema ${name}`];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no ${name}`];
    if (schema.properties === undefined) return [];
    const properties: Record<string, Schema> = { ...schema.properties, ...this.#overlay.properties[name] };
    return Object.entries(value).flatMap(([key, each]) => {
      const property = properties[key];
      return property === undefined
        ? [`${at}.${key} is no field of ${name}`]
        : this.#check(property, each, `${at}.${key}`, `${name}.${key}`);
    });
  }

  #checkScalar(schema: Schema, value: unknown, at: string, owner: string): readonly string[] {
    const wanted = schema.type === 'integer' || schema.type === 'number' ? 'number' : schema.type;
    if (typeof value !== wanted) return [`${at} is a ${typeof value}, not a ${schema.type} (${schema.format ?? 'plain'})`];
    if (schema.type === 'integer' && !Number.isInteger(value)) return [`${at} is no integer`];
    if (typeof value !== 'string') return [];
    const names = [...(schema.enum ?? []), ...(this.#overlay.enums[owner] ?? [])];
    if (names.length > 0 && !names.includes(value)) return [`${at}: ${value} is not one of its enum`];
    const shape = SHAPES[schema.format ?? ''];
    return shape === undefined || shape.test(value) ? [] : [`${at}: "${value}" is no ${schema.format}`];
  }
}

const SHAPES: Readonly<Record<string, RegExp>> = {
  int64: /^-?\d+$/,
  uint64: /^\d+$/,
  'google-datetime': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  'google-duration': /^-?\d+(\.\d+)?s$/,
};

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
}
