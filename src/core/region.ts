/**
 * How a service or a connector is called everywhere in a run: by its short name in the document's own region, by `NAME@REGION` in
 * another, so that two of one name are two. Google's own names and labels are taken apart and put together here alone.
 */
export interface Located {
  /** Short name. */
  readonly name: string;
  readonly region: string;
}

const AT = '@';

/** `home`: the document's own region. */
export function identityOf({ name, region }: Located, home: string): string {
  return region === home ? name : `${name}${AT}${region}`;
}

export function locatedOf(identity: string, home: string): Located {
  const [name = '', region = home] = identity.split(AT);
  return { name, region };
}

/** The short name in an identity. */
export function shortIn(identity: string): string {
  return identity.split(AT, 1)[0] ?? '';
}

/** Regions of all that are called so, each once, in the order in which they are named. */
export function regionsIn(identities: readonly string[], home: string): readonly string[] {
  return [...new Set(identities.map((identity) => locatedOf(identity, home).region))];
}

/** What a document works on. */
interface Works {
  readonly region: string;
  readonly services: readonly { readonly name: string }[];
  readonly connectors: readonly { readonly name: string }[];
}

/** The regions that a document has services or connectors in, those of its services in their order. */
export function regionsOf({ region, services, connectors }: Works): readonly string[] {
  const named = [...services, ...connectors].map(({ name }) => name);
  return named.length === 0 ? [region] : regionsIn(named, region);
}

/** Where the clients of Google Cloud look for what this document names. */
export function placesOf(spec: Works & { readonly project: string }): {
  readonly project: string;
  readonly region: string;
  readonly regions: readonly string[];
} {
  return { project: spec.project, region: spec.region, regions: regionsOf(spec) };
}
