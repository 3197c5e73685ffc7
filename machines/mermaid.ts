import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { letterOf } from './letters.ts';
import { activitiesOf, childrenOf, everyState, guardOf, isInside, pathOf, transitionsBelow, triggerOf } from './outline.ts';

/** States in one picture; more would be drawn too small to read. */
const LEGIBLE = 20;

const COLOURS: Readonly<Record<string, string>> = {
  observing: 'fill:#e3f2fd,stroke:#1565c0,color:#0d2b45',
  mutating: 'fill:#fde0dc,stroke:#b71c1c,color:#4a0d0d',
  waiting: 'fill:#f1f3f4,stroke:#5f6368,color:#202124',
  operator: 'fill:#fff3c4,stroke:#b28704,color:#3d2f00',
  deciding: 'fill:#ede7f6,stroke:#5e35b1,color:#22114a',
  telling: 'fill:#e0f2e9,stroke:#1b7a43,color:#0b3320',
  elsewhere: 'fill:#ffffff,stroke:#9aa0a6,stroke-dasharray:4 3,color:#5f6368',
};

/**
 * The states that deserve a picture of their own: a state that fits is drawn whole, a bigger one with its children closed and
 * a picture for each child. Regions that run side by side always get one each.
 */
export function subjectsOf(node: AnyStateNode): readonly AnyStateNode[] {
  if (childrenOf(node).length === 0) return [];
  if (isLegible(node)) return [node];
  const below = childrenOf(node).flatMap(subjectsOf);
  return node.type === 'parallel' ? below : [node, ...below];
}

export interface Picture {
  readonly title: string | null;
  readonly text: string;
}

/** Smallest letters on a page, in pixels. */
export const SMALLEST_LETTER = 11;

/**
 * What is drawn of a state, in as few pictures as leave the letters large enough: one; or how its states follow one another, how it
 * comes back to those before, what is waited for in between, and from where it is left for other states, which stand at the edge.
 */
export function picturesOf(subject: AnyStateNode): readonly Picture[] {
  const shown = shownOf(subject);
  const edges = mergedEdges(subject, shown);
  const whole = drawn(subject, shown, edges, 'TB');
  if (isReadable(whole)) return [{ title: null, text: whole }];
  const inside = edges.filter(({ to }) => isInside(to, subject));
  const rest = inside.filter(({ from, to }) => !isAside(from) && !isAside(to));
  const place = (node: AnyStateNode): number => (node === subject ? -1 : shown.indexOf(node));
  const parts: readonly (readonly [string, readonly Edge[]])[] = [
    ['How its states follow one another', rest.filter(({ from, to }) => place(from) < place(to))],
    ['How it comes back', rest.filter(({ from, to }) => place(from) >= place(to))],
    ['What is waited for in between', inside.filter(({ to }) => isAside(to))],
    ['How those waits end', inside.filter(({ from, to }) => isAside(from) && !isAside(to))],
    ['From where it is left', edges.filter(({ to }) => !isInside(to, subject))],
  ];
  return parts
    .filter(([, some]) => some.length > 0)
    .flatMap(([title, some]) =>
      readable(subject, shown, some).map((text, index) => ({ title: index === 0 ? title : `${title}, further`, text })),
    );
}

function isReadable(picture: string): boolean {
  return letterOf(picture) >= SMALLEST_LETTER;
}

/** From the top to the bottom, where that is readable; else from the left to the right; else first what leads from one half of the boxes. */
function readable(subject: AnyStateNode, shown: readonly AnyStateNode[], edges: readonly Edge[]): readonly string[] {
  const boxes = shown.filter((node) => edges.some(({ from, to }) => from === node || to === node));
  const pictures = (['TB', 'LR'] as const).map((way) => drawn(subject, boxes, edges, way));
  const found = pictures.find(isReadable);
  const sources = [...new Set(edges.map(({ from }) => from))];
  if (found !== undefined || sources.length === 1) return [found ?? pictures[1]!];
  const first = sources.slice(0, Math.ceil(sources.length / 2));
  const isFirst = ({ from }: Edge): boolean => first.includes(from);
  return [edges.filter(isFirst), edges.filter((edge) => !isFirst(edge))].flatMap((half) => readable(subject, shown, half));
}

/** Mermaid's text for the states and the arrows given. A state drawn in a picture of its own stands closed. */
function drawn(subject: AnyStateNode, shown: readonly AnyStateNode[], edges: readonly Edge[], way: 'TB' | 'LR'): string {
  const name: Naming = (node) => nameIn(node, subject);
  const isWhole = edges.length > 0 && shown.length === shownOf(subject).length;
  const body = isWhole
    ? drawInside(subject, name, '  ')
    : shown.filter((node) => !childrenOf(node).some((child) => shown.includes(child))).flatMap((node) => box(node, name, '  ', true));
  const outside = [...new Set(edges.map(({ to }) => to).filter((node) => !isInside(node, subject)))];
  const classes = [...shown.map((node) => [node, node.tags.at(-1)] as const), ...outside.map((node) => [node, 'elsewhere'] as const)];
  const used = new Set(classes.map(([, tag]) => tag));
  const fromAnywhere = edges.some(({ from, to }) => from === subject || to === subject);
  return [
    'stateDiagram-v2',
    ...(way === 'LR' ? ['  direction LR'] : []),
    ...body,
    ...(fromAnywhere ? [`  state "wherever ${subject.key} stands" as ${name(subject)}`] : []),
    ...outside.map((node) => `  state "${pathOf(node)}" as ${name(node)}`),
    ...edges.map(({ from, to, label }) => `  ${name(from)} --> ${name(to)}${label === '' ? '' : ` : ${label}`}`),
    ...Object.keys(COLOURS)
      .filter((tag) => used.has(tag))
      .map((tag) => `  classDef ${tag} ${COLOURS[tag]!}`),
    // The last tag tells most: a wait for a human looks like a human's business.
    ...classes.flatMap(([node, tag]) => (tag === undefined ? [] : [`  class ${name(node)} ${tag}`])),
  ].join('\n');
}

/** Its states, each change closed: how those are carried out is one picture for all. */
function shownOf(subject: AnyStateNode): readonly AnyStateNode[] {
  if (!isLegible(subject)) return childrenOf(subject);
  return everyState(subject)
    .slice(1)
    .filter((node) => node.parent === subject || !isClosed(node.parent!, subject));
}

function isClosed(node: AnyStateNode, subject: AnyStateNode): boolean {
  if (node === subject || !isInside(node, subject)) return false;
  return frameOf(node) === 'change' || (node.parent !== undefined && isClosed(node.parent, subject));
}

/** A wait between two steps of a phase: the way through the phase is told without it. */
function isAside(node: AnyStateNode): boolean {
  return frameOf(node) === 'wait';
}

export function frameOf({ meta }: AnyStateNode): string | null {
  const frame: unknown = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'frame') : null;
  return typeof frame === 'string' ? frame : null;
}

type Naming = (node: AnyStateNode) => string;

function isLegible(node: AnyStateNode): boolean {
  return everyState(node).filter(({ type }) => type !== 'compound' && type !== 'parallel').length <= LEGIBLE;
}

function drawInside(node: AnyStateNode, name: Naming, indent: string): readonly string[] {
  const drawn = childrenOf(node).flatMap((child, index) => {
    const divider = node.type === 'parallel' && index > 0 ? [`${indent}--`] : [];
    if (childrenOf(child).length === 0 || frameOf(child) === 'change' || !isLegible(node))
      return [...divider, ...box(child, name, indent, true)];
    return [...divider, `${indent}state "${child.key}" as ${name(child)} {`, ...drawInside(child, name, `${indent}  `), `${indent}}`];
  });
  return [...start(node, name, indent), ...drawn];
}

function start(node: AnyStateNode, name: Naming, indent: string): readonly string[] {
  if (node.type !== 'compound') return [];
  return node.initial.target.map((first) => `${indent}[*] --> ${name(first)}`);
}

function box(node: AnyStateNode, name: Naming, indent: string, closed: boolean): readonly string[] {
  const acts = activitiesOf(node);
  const more = closed && childrenOf(node).length > 0 ? ' …' : '';
  const label = `${node.key}${more}${acts.length === 0 ? '' : ` ▶ ${acts.join(', ')}`}`;
  const end = node.type === 'final' ? [`${indent}${name(node)} --> [*]`] : [];
  return [`${indent}state "${label}" as ${name(node)}`, ...end];
}

interface Edge {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly label: string;
}

/** One label under the other keeps a picture narrow. */
const LINE = '<br>';

/** One arrow per pair of boxes: what leads from one to the other is listed on it; between closed boxes it says nothing. */
function mergedEdges(subject: AnyStateNode, shown: readonly AnyStateNode[]): readonly Edge[] {
  const merged = new Map<string, Edge>();
  for (const transition of transitionsBelow(subject)) {
    const from = transition.source === subject ? subject : boxOf(transition.source, shown);
    if (from === undefined) continue;
    for (const target of transition.target ?? [transition.source]) {
      const to = isInside(target, subject) ? (boxOf(target, shown) ?? target) : target;
      const closed = from !== transition.source || (to !== target && isInside(target, subject));
      if (closed && from === to) continue;
      const key = `${from.id} ${to.id}`;
      const labels = [...(merged.get(key)?.label.split(LINE) ?? []), closed ? '' : wordsOf(transition)].filter((words) => words !== '');
      merged.set(key, { from, to, label: [...new Set(labels)].join(LINE) });
    }
  }
  return [...merged.values()];
}

/** The smallest box of the picture that holds the state. */
function boxOf(node: AnyStateNode, shown: readonly AnyStateNode[]): AnyStateNode | undefined {
  if (shown.includes(node)) return node;
  return node.parent === undefined ? undefined : boxOf(node.parent, shown);
}

function wordsOf(transition: AnyTransitionDefinition): string {
  const guard = guardOf(transition);
  const trigger = triggerOf(transition);
  const stays = transition.target === undefined ? ' (stays)' : '';
  if (trigger === '') return guard === null ? 'otherwise' : `[${guard}]`;
  return `${trigger}${guard === null ? '' : ` [${guard}]`}${stays}`;
}

/** Short inside the picture, whole outside of it, so that the two never meet. */
function nameIn(node: AnyStateNode, subject: AnyStateNode): string {
  const name = isInside(node, subject) && node !== subject ? node.path.slice(subject.path.length).join('_') : node.id;
  return name.replaceAll(/[^A-Za-z0-9]/g, '_');
}
