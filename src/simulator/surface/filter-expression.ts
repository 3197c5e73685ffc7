import { defined } from '../../core/defined.ts';
import type { ApiError } from './api-error.ts';
import { placeOf, tokensOf } from './filter-lexer.ts';
import type { Operator, Token } from './filter-lexer.ts';

/** What a filter says, before an API gives it a meaning. */
export type FilterExpression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterExpression[] }
  | { readonly kind: 'not'; readonly part: FilterExpression }
  | Comparison
  /** Words without a field. */
  | { readonly kind: 'text'; readonly text: string };

export interface Comparison {
  readonly kind: 'comparison';
  readonly path: string;
  readonly operator: Operator;
  readonly value: FilterValue;
}

/** `"a"`; `("a" OR "b")`; `one_of("a", "b")`. */
export interface FilterValue {
  readonly texts: readonly string[];
  /** How several of them are meant. */
  readonly joined: 'and' | 'or';
  /** The function that they are given to; null: they are compared as they are. */
  readonly call: string | null;
}

/**
 * Reads a filter: AND, also implied, OR, which binds closer (https://google.aip.dev/160), NOT and `-`, parentheses, lists of values
 * and functions of values. null: it is empty. Throws what `refuse` makes of the first place that does not fit.
 */
export function parseFilter(text: string, refuse: (place: string) => ApiError): FilterExpression | null {
  const refuseAt = (at: number): ApiError => refuse(placeOf(text, at));
  const tokens = tokensOf(text, refuseAt);
  return tokens.length === 1 ? null : new Parser(tokens, refuseAt).whole();
}

/** The comparisons of a filter that is nothing but comparisons joined by AND; throws what `refuse` makes of any other. */
export function conjunctionOf(parsed: FilterExpression | null, refuse: () => ApiError): readonly Comparison[] {
  if (parsed === null) return [];
  if (parsed.kind === 'comparison') return [parsed];
  if (parsed.kind !== 'and') throw refuse();
  return parsed.parts.flatMap((part) => conjunctionOf(part, refuse));
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #refuse: (at: number) => ApiError;
  #at = 0;

  constructor(tokens: readonly Token[], refuse: (at: number) => ApiError) {
    this.#tokens = tokens;
    this.#refuse = refuse;
  }

  whole(): FilterExpression {
    const parsed = this.#conjunction();
    this.#take('end');
    return parsed;
  }

  #conjunction(): FilterExpression {
    const parts = [this.#disjunction()];
    for (let { kind } = this.#peek(); kind !== 'end' && kind !== 'close'; { kind } = this.#peek()) {
      if (kind === 'and') this.#next();
      parts.push(this.#disjunction());
    }
    return parts.length === 1 ? defined(parts[0]) : { kind: 'and', parts };
  }

  #disjunction(): FilterExpression {
    const parts = [this.#unary()];
    while (this.#peek().kind === 'or') {
      this.#next();
      parts.push(this.#unary());
    }
    return parts.length === 1 ? defined(parts[0]) : { kind: 'or', parts };
  }

  #unary(): FilterExpression {
    const token = this.#next();
    if (token.kind === 'not') return { kind: 'not', part: this.#unary() };
    if (token.kind === 'open') {
      const inner = this.#conjunction();
      this.#take('close');
      return inner;
    }
    if (token.kind !== 'word') throw this.#refuse(token.at);
    const operator = this.#peek();
    if (operator.kind !== 'operator') return { kind: 'text', text: token.text };
    this.#next();
    if (token.quoted) throw this.#refuse(token.at);
    return { kind: 'comparison', path: token.text, operator: operator.text, value: this.#value() };
  }

  #value(): FilterValue {
    const token = this.#next();
    if (token.kind === 'open') return this.#list(null);
    if (token.kind !== 'word') throw this.#refuse(token.at);
    if (token.quoted || this.#peek().kind !== 'open') return { texts: [token.text], joined: 'or', call: null };
    this.#next();
    return this.#list(token.text);
  }

  /** Values up to the closing parenthesis: joined by OR or AND, or, given to a function, by commas. */
  #list(call: string | null): FilterValue {
    const texts: string[] = [];
    let joined: FilterValue['joined'] = 'or';
    for (;;) {
      const value = this.#next();
      if (value.kind !== 'word') throw this.#refuse(value.at);
      texts.push(value.text);
      const next = this.#next();
      if (next.kind === 'close') return { texts, joined, call };
      if (call === null ? next.kind !== 'or' && next.kind !== 'and' : next.kind !== 'comma') throw this.#refuse(next.at);
      if (next.kind === 'and') joined = 'and';
    }
  }

  #take(kind: 'close' | 'end'): void {
    const token = this.#next();
    if (token.kind !== kind) throw this.#refuse(token.at);
  }

  #peek(): Token {
    return defined(this.#tokens[this.#at]);
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }
}
