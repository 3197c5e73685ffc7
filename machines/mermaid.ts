import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
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

/** Mermaid's text for one state. Targets outside of it stand at the edge, dashed. */
export function diagramOf(subject: AnyStateNode): string {
  const whole = isLegible(subject);
  const shown = whole ? everyState(subject).slice(1) : childrenOf(subject);
  const name: Naming = (node) => nameIn(node, subject);
  const body = whole
    ? drawInside(subject, name, '  ')
    : [...start(subject, name, '  '), ...shown.flatMap((node) => box(node, name, '  ', true))];
  const edges = mergedEdges(subject, shown);
  const outside = [...new Set(edges.map(({ to }) => to).filter((node) => !isInside(node, subject)))];
  const classes = [...shown.map((node) => [node, node.tags.at(-1)] as const), ...outside.map((node) => [node, 'elsewhere'] as const)];
  const used = new Set(classes.map(([, tag]) => tag));
  return [
    'stateDiagram-v2',
    ...body,
    ...outside.map((node) => `  state "${pathOf(node)}" as ${name(node)}`),
    ...edges.map(({ from, to, label }) => `  ${name(from)} --> ${name(to)}${label === '' ? '' : ` : ${label}`}`),
    ...Object.keys(COLOURS)
      .filter((tag) => used.has(tag))
      .map((tag) => `  classDef ${tag} ${COLOURS[tag]!}`),
    // The last tag tells most: a wait for a human looks like a human's business.
    ...classes.flatMap(([node, tag]) => (tag === undefined ? [] : [`  class ${name(node)} ${tag}`])),
  ].join('\n');
}

type Naming = (node: AnyStateNode) => string;

function isLegible(node: AnyStateNode): boolean {
  return everyState(node).filter(({ type }) => type !== 'compound' && type !== 'parallel').length <= LEGIBLE;
}

function drawInside(node: AnyStateNode, name: Naming, indent: string): readonly string[] {
  const drawn = childrenOf(node).flatMap((child, index) => {
    const divider = node.type === 'parallel' && index > 0 ? [`${indent}--`] : [];
    if (childrenOf(child).length === 0) return [...divider, ...box(child, name, indent, false)];
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

/** One arrow per pair of boxes: what leads from one to the other is listed on it; between closed boxes it says nothing. */
function mergedEdges(subject: AnyStateNode, shown: readonly AnyStateNode[]): readonly Edge[] {
  const merged = new Map<string, Edge>();
  for (const transition of transitionsBelow(subject)) {
    const from = boxOf(transition.source, shown);
    if (from === undefined) continue;
    for (const target of transition.target ?? [transition.source]) {
      const to = isInside(target, subject) ? (boxOf(target, shown) ?? target) : target;
      const closed = from !== transition.source || (to !== target && isInside(target, subject));
      if (closed && from === to) continue;
      const key = `${from.id} ${to.id}`;
      const labels = [merged.get(key)?.label ?? '', closed ? '' : wordsOf(transition)].filter((words) => words !== '');
      merged.set(key, { from, to, label: [...new Set(labels)].join(', ') });
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
