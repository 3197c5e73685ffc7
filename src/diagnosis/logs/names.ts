/** Names put together of others, each made once: a million lines come from a handful of places, and a map finds the very same string fastest. */
export interface Names {
  /** `one`, a line break and `other`. */
  of(one: string, other: string): string;
}

/** Beyond so many different ones they are made anew each time: memory stays bounded whatever is named. */
const MOST = 20_000;

export function createNames(): Names {
  const made = new Map<string, Map<string, string>>();
  let count = 0;
  return {
    of(one, other) {
      const others = made.get(one);
      const known = others?.get(other);
      if (known !== undefined) return known;
      const name = `${one}\n${other}`;
      if (count >= MOST) return name;
      count += 1;
      if (others === undefined) made.set(one, new Map([[other, name]]));
      else others.set(other, name);
      return name;
    },
  };
}
