import { defined } from '../core/defined.ts';
import { remediationJsonSchema } from './json-schema.ts';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: boolean | Node;
}

interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly what: string;
}

/** Every key of the document with its type, its default and what it is, as Markdown; made of the schema alone. */
export function referencePage(): string {
  const root = remediationJsonSchema() as Node;
  const spec = root.properties?.['spec'] ?? {};
  const sections = Object.entries(spec.properties ?? {}).filter(([, node]) => isDeep(node));
  return [
    '# The Remediation document, key by key',
    '',
    '<!-- made by `npm run schema` of src/spec/schema*.ts; `npm run check` says when it is stale -->',
    '',
    `${root.description ?? ''} Durations read \`30s\`, \`5m\`, \`1h30m\`; instants are RFC 3339; secrets are references (\`env:NAME\`), never values. A key that`,
    'is not here is an error, with its line and the nearest known key. `[]` stands for each entry of a list, `*` for a name of your own. Required is meant within',
    'the thing that a key belongs to: who writes no `connector` needs no `connector.name`.',
    '',
    '`firebreak init` writes a first one from what is there; [examples/issue-1278.yaml](examples/issue-1278.yaml) holds nearly every key.',
    '',
    ...table([...rowsOf(root, '', new Set(['spec'])), ...rowsOf(spec, 'spec.', new Set(sections.map(([key]) => key)))]),
    ...sections.flatMap(([key, node]) => section(`spec.${key}`, node, (spec.required ?? []).includes(key))),
    '',
  ].join('\n');
}

function section(path: string, node: Node, required: boolean): readonly string[] {
  const entry = node.type === 'array' ? (node.items ?? {}) : node;
  const about = [node.description, node === entry ? undefined : entry.description].filter((text) => text !== undefined);
  const bounds = node.type === 'array' ? [`A list of ${boundsOf(node.minItems ?? 0, node.maxItems)}.`] : [];
  return [
    '',
    `## ${path}`,
    '',
    ...(required
      ? [['Required.', ...bounds, ...about].join(' '), '']
      : [...bounds, ...about].length === 0
        ? []
        : [[...bounds, ...about].join(' '), '']),
    ...table(rowsOf(entry, node.type === 'array' ? `${path}[].` : `${path}.`, new Set())),
  ];
}

function table(rows: readonly Row[]): readonly string[] {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [
    '| key | type | default | what it is |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ key, type, fallback, what }) => `| ${[`\`${key}\``, type, fallback, what].map(cell).join(' | ')} |`),
  ];
}

/** One row for each key, those of objects within behind them; `without` are told elsewhere. */
function rowsOf(node: Node, path: string, without: ReadonlySet<string>): readonly Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]): readonly Row[] => {
    if (without.has(key)) return [];
    const at = `${path}${key}`;
    const row = {
      key: at,
      type: typeOf(child),
      fallback: fallbackOf(child, (node.required ?? []).includes(key)),
      what: whatOf(child),
    };
    return [...(isDeep(child) && row.what === '' && child.default !== undefined ? [] : [row]), ...within(child, at)];
  });
}

function within(node: Node, at: string): readonly Row[] {
  const variants = (node.anyOf ?? []).filter((one) => one.properties !== undefined);
  return [
    ...variants.flatMap((one) => rowsOf(one, `${at}.`, new Set())),
    ...rowsOf(node, `${at}.`, new Set()),
    ...(node.items?.properties === undefined ? [] : rowsOf(node.items, `${at}[].`, new Set())),
  ];
}

function isDeep(node: Node): boolean {
  return node.properties !== undefined || node.items?.properties !== undefined;
}

/** What the fields of `fields.ts` say at the end of their description. */
const MEASURES = [/ ?A (duration) such as 30s, 5m or 1h30m, from (\S+ to \S+)\.$/, / ?A (share) from (0 to 1): 0\.8 is 80 %\.$/];

function typeOf(node: Node): string {
  const measure = MEASURES.map((shape) => shape.exec(node.description ?? '')).find((found) => found !== null);
  if (measure !== undefined && node.items === undefined) return `${defined(measure[1]).toLowerCase()}, ${measure[2]}`;
  if (node.const !== undefined) return code(node.const);
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(' or ');
  if (node.type === 'array')
    return `list${node.items === undefined || node.items.properties !== undefined ? '' : ` of ${typeOf(node.items)}`}`;
  if (node.type === 'integer') return `whole number${node.minimum === undefined ? '' : `, ${boundsOf(node.minimum, node.maximum)}`}`;
  if (node.type === 'object')
    return typeof node.additionalProperties === 'object' ? `object: \`*\`: ${typeOf(node.additionalProperties)}` : 'object';
  return node.type === 'string' ? 'text' : (node.type ?? 'anything');
}

/** 9,007,199,254,740,991 is how a schema says that there is no bound. */
function boundsOf(least: number, most: number | undefined): string {
  return most === undefined || most >= Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
}

function fallbackOf(node: Node, required: boolean): string {
  if (required) return '**required**';
  const { default: standard } = node;
  if (standard === undefined || (typeof standard === 'object' && standard !== null && Object.keys(standard).length === 0))
    return node.type === 'array' ? 'none' : '';
  return code(standard);
}

/** Of a list of plain values, what each of them is. */
function whatOf(node: Node): string {
  const own = MEASURES.reduce((text, shape) => text?.replace(shape, ''), node.description);
  return [own, node.items?.properties === undefined ? node.items?.description : undefined].filter((text) => text !== undefined).join(' ');
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
