/** Sentences are made of clauses: `a; b (c; d)` is two. What stands within brackets belongs together. */

/** The clauses of a text, each whole. */
export function clausesOf(text: string): readonly string[] {
  const ends = [...outerAt(text, '; '), text.length];
  return ends.map((end, index) => text.slice(index === 0 ? 0 : (ends[index - 1] ?? 0) + 2, end));
}

/** As many whole clauses as fit, else as many words before a bracket is opened; `more` says that something is left out. */
export function cutTo(text: string, most: number, more = ' (and more)'): string {
  if (text.length <= most) return text;
  const room = text.slice(0, most + 1);
  const end = outerAt(room, '; ').at(-1) ?? outerAt(room, ' ').at(-1) ?? Math.max(room.lastIndexOf(' '), 1);
  return `${room.slice(0, end).replace(/[;,:]$/, '')}${more}`;
}

/** Where a sign stands outside of all brackets. */
function outerAt(text: string, sign: string): readonly number[] {
  const found: number[] = [];
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text.charAt(index) === '(') depth += 1;
    else if (text.charAt(index) === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && index > 0 && text.startsWith(sign, index)) found.push(index);
  }
  return found;
}
