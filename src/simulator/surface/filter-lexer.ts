import { defined } from '../../core/defined.ts';

/** A piece of a filter, with the offset at which it begins. */
export type Token = { readonly at: number } & (
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'operator'; readonly text: Operator }
  | { readonly kind: 'open' | 'close' | 'comma' | 'and' | 'or' | 'not' | 'end' }
);

export type Operator = '=' | '!=' | ':' | '=~' | '!~' | '>=' | '<=' | '>' | '<';

const SKIP = /(?:\s+|--[^\n]*)+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
const OPERATOR = /!=|=~|!~|>=|<=|=|:|>|</y;
const NEGATION = /-(?=[\w"(])/y;
const WORD = /[^\s"()=!:<>~,]+/y;
const SIGNS = { '(': 'open', ')': 'close', ',': 'comma' } as const;
const KEYWORDS = { AND: 'and', OR: 'or', NOT: 'not' } as const;

/**
 * Splits a filter of a Google API into its pieces: one language, of which each API takes a part. Comments (`--`) are left out, a
 * path may hold quoted parts (`labels."a/b"`), and the last piece is `end`. Throws what `refuse` makes of an offset that nothing begins at.
 */
export function tokensOf(text: string, refuse: (at: number) => Error): readonly Token[] {
  const reader = new Reader(text);
  const found: Token[] = [];
  for (;;) {
    reader.take(SKIP);
    const { at } = reader;
    if (at >= text.length) return [...found, { kind: 'end', at }];
    const token = reader.token();
    if (token === null) throw refuse(at);
    found.push(token);
  }
}

class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text);
    if (match) this.at = pattern.lastIndex;
    return match;
  }

  token(): Token | null {
    const { at } = this;
    const letter = defined(this.#text[at]);
    if (isKeyOf(SIGNS, letter)) {
      this.at += 1;
      return { kind: SIGNS[letter], at };
    }
    if (this.take(NEGATION)) return { kind: 'not', at };
    const quoted = this.take(QUOTED);
    if (quoted) return { kind: 'word', text: unescape(quoted[1] ?? quoted[2] ?? ''), quoted: true, at };
    const operator = this.take(OPERATOR);
    if (operator) return { kind: 'operator', text: operator[0] as Operator, at };
    return this.#word();
  }

  #word(): Token | null {
    const { at } = this;
    const first = this.take(WORD)?.[0];
    if (first === undefined) return null;
    if (isKeyOf(KEYWORDS, first)) return { kind: KEYWORDS[first], at };
    let text = first;
    while (text.endsWith('.')) {
      const part = this.take(QUOTED) ?? this.take(WORD);
      if (!part) break;
      const inner = part[1] ?? part[2];
      text += inner === undefined ? part[0] : inner.replaceAll('.', DOT_WITHIN);
    }
    return { kind: 'word', text, quoted: false, at };
  }
}

/** Stands for a dot within a quoted part of a path. */
const DOT_WITHIN = '\u0000';

/** The parts of a path, quoted ones whole. */
export function partsOf(path: string): readonly string[] {
  return path.split('.').map((part) => part.replaceAll(DOT_WITHIN, '.'));
}

/** `line 2, column 54, token '"'`, counted from 1, as Google's own refusals have it (chainguard-dev/terraform-infra-common#211). */
export function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  const token = /^(?:"(?:[^"\\]|\\.)*"|[^\s"()=!:<>~,]+|[=!<>~]+|.)/.exec(text.slice(at))?.[0] ?? '';
  return `syntax error at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}, token '${token.slice(0, 40)}'`;
}

/** An escaped quote or backslash means itself; other escapes stay, so that expressions can hold them. */
function unescape(text: string): string {
  return text.includes('\\') ? text.replace(/\\(["'\\])/g, '$1') : text;
}

function isKeyOf<Table extends object>(table: Table, key: PropertyKey): key is keyof Table {
  return Object.hasOwn(table, key);
}
