import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `node deploy/sbom.ts [FILE]`: what the bundle is made of, as CycloneDX 1.5 JSON (dist/sbom.cdx.json by default). Made from
 * package-lock.json alone: `dependencies` and all that they need, without development tools and without the Node that a
 * checkout brings for itself. The same lockfile gives the same bytes.
 */
export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.5';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Component {
  readonly type: 'application' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly licenses?: readonly [License];
}

type License = { readonly license: { readonly id: string } | { readonly name: string } } | { readonly expression: string };

export interface Lockfile {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** @throws Error when the lockfile lacks a package that another one needs. */
export function sbomOf(lock: Lockfile): Sbom {
  const root = lock.packages['']!;
  const main = componentOf('application', lock.name, { ...root, version: lock.version });
  const needed = new Map<string, readonly string[]>();
  const direct = Object.keys(root.dependencies ?? {}).map((name) => placeOf(lock, '', name));
  const open = [...direct];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (needed.has(place)) continue;
    const under = place;
    const next = Object.keys(lock.packages[under]!.dependencies ?? {}).map((name) => placeOf(lock, under, name));
    needed.set(under, next);
    open.push(...next);
  }
  const places = [...needed.keys()].toSorted();
  const component = (place: string): Component => componentOf('library', nameOf(place), lock.packages[place]!);
  const edges = (from: string, to: readonly string[]) => ({ ref: from, dependsOn: unique(to.map((place) => component(place)['bom-ref'])) });
  const components = byRef(places.map(component));
  const dependencies = new Map(
    places.map((place) => [component(place)['bom-ref'], edges(component(place)['bom-ref'], needed.get(place)!)]),
  );
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: serialOf(lock),
    version: 1,
    metadata: { component: main },
    components,
    dependencies: [edges(main['bom-ref'], direct), ...dependencies.values()],
  };
}

/** Where Node finds `name` from a package in `from`: in its own node_modules, or in one further out. */
function placeOf({ packages }: Lockfile, from: string, name: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === '') throw new Error(`package-lock.json lacks ${name}, which ${from} needs`);
  }
}

function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function componentOf(type: Component['type'], name: string, { version = '0.0.0', license, integrity }: LockedPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const hash = integrity === undefined ? null : /^sha512-(.+)$/.exec(integrity)?.[1];
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(hash == null ? {} : { hashes: [{ alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }] }),
    ...(license === undefined ? {} : { licenses: [licenceOf(license)] }),
  };
}

/** An identifier only where it is one of SPDX's own; CycloneDX refuses others. */
const SPDX = /^(?:MIT|ISC|0BSD|Unlicense|(?:Apache|BSD|BlueOak|CC0|Python|MPL)-[\d.]+(?:-Clause)?)$/;

function licenceOf(license: string): License {
  if (/ (?:OR|AND) /.test(license)) return { expression: license };
  return { license: SPDX.test(license) ? { id: license } : { name: license } };
}

/** A package that lies in several places is one component. */
function byRef(components: readonly Component[]): readonly Component[] {
  return [...new Map(components.map((each) => [each['bom-ref'], each])).values()].toSorted((one, other) =>
    one.purl < other.purl ? -1 : 1,
  );
}

function unique(refs: readonly string[]): readonly string[] {
  return [...new Set(refs)].toSorted();
}

/** A UUID made from the lockfile, so that the file is the same wherever it is made. */
function serialOf(lock: Lockfile): string {
  const hex = createHash('sha256').update(JSON.stringify(lock)).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const file = process.argv[2] ?? `${root}dist/sbom.cdx.json`;
  const sbom = sbomOf(JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as Lockfile);
  if (process.argv[2] === undefined) mkdirSync(`${root}dist`, { recursive: true });
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
  console.log(`${file}: ${sbom.components.length} components`);
}
