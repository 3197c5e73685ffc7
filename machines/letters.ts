/**
 * How wide Mermaid draws a picture, and so how large its letters come out on a page: the layout of its layers, worked out from the
 * text alone. Boxes and the words on arrows stand in ranks; what shares a rank stands side by side. Measured against Mermaid 11 in
 * Chromium: the estimate is rather too wide than too narrow. Pure.
 */

/** Width of the column in which GitHub shows a page, and the size of Mermaid's letters where a picture fits. */
const PAGE = 900;
const LETTER = 16;

const OF_A_LETTER = 7.8;
const AROUND_WORDS = 18;
const BETWEEN_BOXES = 50;
const BETWEEN_ARROWS = 20;
const BETWEEN_RANKS = 50;

/** Where several ways lead to a box, arrows are laid around the boxes between their ends: at most so much wider in all that was measured. */
const ROUND = 1.85;

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly words: string;
}

/** Size in pixels of the letters of a picture, at the width of a page. */
export function letterOf(picture: string): number {
  return Math.min(LETTER, (LETTER * PAGE) / widthOf(picture));
}

/** Natural width in pixels. */
export function widthOf(picture: string): number {
  const boxes = new Map<string, number>();
  for (const [, words, name] of picture.matchAll(/^\s*state "([^"]*)" as (\w+)/gm)) boxes.set(name!, wide(words!) + AROUND_WORDS);
  const arrows = [...picture.matchAll(/^\s*(\w+) --> (\w+)(?: : (.*))?$/gm)].map(([, from, to, words = '']) => ({
    from: from!,
    to: to!,
    words,
  }));
  const ranks = ranksOf([...boxes.keys()], arrows);
  if (picture.includes('direction LR')) return across(boxes, arrows, ranks);
  const isTree = new Set(arrows.map(({ to }) => to)).size === arrows.length && !arrows.some(({ from, to }) => from === to);
  return widest(boxes, arrows, ranks) * (isTree ? 1 : ROUND);
}

/** Side by side: the fullest rank. */
function widest(boxes: ReadonlyMap<string, number>, arrows: readonly Arrow[], ranks: ReadonlyMap<string, number>): number {
  const full = new Map<number, number>();
  const add = (rank: number, width: number): void => void full.set(rank, (full.get(rank) ?? 0) + width);
  for (const [name, width] of boxes) add(ranks.get(name)!, width + BETWEEN_BOXES);
  for (const { from, to, words } of arrows) {
    const [first, last] = [ranks.get(from) ?? 0, ranks.get(to) ?? 0].toSorted((a, b) => a - b) as [number, number];
    if (first === last) add(first, wide(words) + BETWEEN_BOXES);
    const middle = Math.floor((first + last) / 2);
    for (let rank = first + 1; rank < last; rank++) add(rank, rank === middle ? wide(words) + BETWEEN_BOXES : BETWEEN_ARROWS);
  }
  return Math.max(0, ...full.values());
}

/** One after the other: the widest of each rank. */
function across(boxes: ReadonlyMap<string, number>, arrows: readonly Arrow[], ranks: ReadonlyMap<string, number>): number {
  const widths = new Map<number, number>();
  const add = (rank: number, width: number): void => void widths.set(rank, Math.max(widths.get(rank) ?? 0, width));
  for (const [name, width] of boxes) add(ranks.get(name)!, width);
  for (const { from, to, words } of arrows) {
    // Words of what leads back to where it is stand beside the box, on its far side.
    const beside = from === to ? (boxes.get(from) ?? 0) + BETWEEN_RANKS : 0;
    add(Math.floor(((ranks.get(from) ?? 0) + (ranks.get(to) ?? 0)) / 2), beside + wide(words));
  }
  return [...widths.values()].reduce((sum, width) => sum + width + BETWEEN_RANKS, 0);
}

/** Each box two ranks below the lowest that leads to it, so that words have a rank in between; what leads back is turned round. */
function ranksOf(names: readonly string[], arrows: readonly Arrow[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const open = new Set<string>();
  const back = new Set<Arrow>();
  const seen = new Set<string>();
  const walk = (name: string): void => {
    seen.add(name);
    open.add(name);
    for (const arrow of arrows.filter(({ from }) => from === name)) {
      if (open.has(arrow.to)) back.add(arrow);
      else if (!seen.has(arrow.to)) walk(arrow.to);
    }
    open.delete(name);
  };
  for (const name of names) if (!seen.has(name)) walk(name);
  const above = (name: string): readonly string[] =>
    arrows.flatMap((arrow) => {
      if (arrow.from === arrow.to) return [];
      const [upper, lower] = back.has(arrow) ? [arrow.to, arrow.from] : [arrow.from, arrow.to];
      return lower === name ? [upper] : [];
    });
  const rank = (name: string): number => {
    const known = ranks.get(name);
    if (known !== undefined) return known;
    const found = Math.max(-2, ...above(name).map(rank)) + 2;
    ranks.set(name, found);
    return found;
  };
  for (const name of names) rank(name);
  return ranks;
}

function wide(words: string): number {
  return Math.max(0, ...words.split('<br>').map((line) => line.length * OF_A_LETTER));
}
