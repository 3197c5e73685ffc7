import { defined } from '../../../core/defined.ts';
import { invalid } from '../../surface/api-error.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'operator'; readonly text: '=' | '!=' | ':' | '=~' | '!~' | '>=' | '<=' | '>' | '<' }
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' | 'end' };

const SKIP = /(?:\s+|--[^\n]*)+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const OPERATOR = /!=|=~|!~|>=|<=|=|:|>|</y;
const WORD = /[^\s"()=!:<>~]+/y;
const KEYWORDS: Readonly<Record<string, 'and' | 'or' | 'not'>> = { AND: 'and', OR: 'or', NOT: 'not' };

/** Splits a Logging filter into tokens; throws 400 at what it cannot read. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(SKIP);
    if (at >= text.length) return [...found, { kind: 'end' }];
    const letter = defined(text[at]);
    if (letter === '(' || letter === ')') {
      found.push({ kind: letter === '(' ? 'open' : 'close' });
      at += 1;
      continue;
    }
    if (letter === '-' && /[\w"(]/.test(text[at + 1] ?? '')) {
      found.push({ kind: 'not' });
      at += 1;
      continue;
    }
    const quoted = take(QUOTED);
    if (quoted) {
      found.push({ kind: 'word', text: unescape(defined(quoted[1])), quoted: true });
      continue;
    }
    const operator = take(OPERATOR);
    if (operator) {
      found.push({ kind: 'operator', text: operator[0] as '=' });
      continue;
    }
    found.push(word(text, at, take));
  }
}

/** A word; a path may hold quoted parts (`labels."a/b"`). */
function word(text: string, at: number, take: (pattern: RegExp) => RegExpExecArray | null): Token {
  const first = take(WORD);
  if (!first) throw invalid(`Unparseable filter: syntax error at position ${at} near '${text.slice(at, at + 20)}'.`, 'filter');
  const keyword = KEYWORDS[first[0]];
  if (keyword) return { kind: keyword };
  let whole = first[0];
  while (whole.endsWith('.')) {
    const part = take(QUOTED) ?? take(WORD);
    if (!part) break;
    whole += part[1] === undefined ? part[0] : part[1].replaceAll('.', '\u0000');
  }
  return { kind: 'word', text: whole, quoted: false };
}

/** An escaped quote or backslash means itself; other escapes stay, so that expressions can hold them. */
function unescape(text: string): string {
  return text.includes('\\') ? text.replace(/\\(["\\])/g, '$1') : text;
}
