/** Filters and names come again with every request: their escaped forms are kept. */
export function escaped(text: string): string {
  return kept(ESCAPED, text, encodeURIComponent);
}

/** The text that an escaped part of a query stands for; the part itself when it is not well-formed. */
export function unescaped(text: string): string {
  return kept(PLAIN, text, decode);
}

const MOST = 2_000;
const ESCAPED = new Map<string, string>();
const PLAIN = new Map<string, string>();

function kept(known: Map<string, string>, text: string, make: (text: string) => string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= MOST) known.clear();
  const made = make(text);
  known.set(text, made);
  return made;
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
