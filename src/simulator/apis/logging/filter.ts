import { invalid } from '../../surface/api-error.ts';
import { parseFilter } from '../../surface/filter-expression.ts';
import type { Comparison, FilterExpression } from '../../surface/filter-expression.ts';
import { partsOf } from '../../surface/filter-lexer.ts';
import { isFields } from '../../surface/wire.ts';
import type { WorldLogEntry } from '../../world/contract.ts';

/** A filter as a test, with the time range that its top-level conjunction demands. */
export interface EntryFilter {
  readonly from: number;
  readonly to: number;
  matches(entry: WorldLogEntry): boolean;
}

type Test = (entry: WorldLogEntry) => boolean;
interface Parsed {
  readonly test: Test;
  /** Every match lies in (from, to], epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** What is left to test of an entry that is known to lie in (from, to]; null: nothing. */
  readonly within: Test | null;
}

const LONGEST = 20_000;
const SEVERITIES = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'];

const FIELDS =
  /^(timestamp|receiveTimestamp|severity|logName|insertId|textPayload|trace|spanId|resource\.|labels\.|jsonPayload|protoPayload|httpRequest|operation\.)/;

/**
 * Parses the subset of the Logging query language: AND (also implied), OR, NOT, parentheses, `=`, `!=`, `:`, `=~`, `!~`, the
 * orderings, value lists in parentheses, and a bare text that is searched everywhere. Throws 400 with the API's manner.
 */
export function parseEntryFilter(text: string): EntryFilter {
  if (text.length > LONGEST) throw invalid(`Filter is too long: ${text.length} characters, the maximum is ${LONGEST}.`, 'filter');
  const said = parseFilter(text, (place) => invalid(`Unparseable filter: ${place}`, 'filter'));
  if (said === null) return { from: -Infinity, to: Infinity, matches: () => true };
  const { within, from, to } = meant(said);
  return { from, to, matches: within ?? (() => true) };
}

function meant(said: FilterExpression): Parsed {
  switch (said.kind) {
    case 'and':
      return allOf(said.parts.map(meant));
    case 'or':
      return anyOf(said.parts.map(meant));
    case 'not': {
      const { test } = meant(said.part);
      return anyTime((entry) => !test(entry));
    }
    case 'text':
      return anyTime(anywhere(said.text));
    case 'comparison':
      return compared(said);
  }
}

function allOf(parts: readonly Parsed[]): Parsed {
  const within = parts.flatMap((part) => part.within ?? []);
  return {
    test: (entry) => parts.every(({ test }) => test(entry)),
    within: within.length === 0 ? null : (entry) => within.every((test) => test(entry)),
    from: Math.max(...parts.map(({ from }) => from)),
    to: Math.min(...parts.map(({ to }) => to)),
  };
}

function anyOf(parts: readonly Parsed[]): Parsed {
  const test: Test = (entry) => parts.some((part) => part.test(entry));
  return { test, within: test, from: Math.min(...parts.map(({ from }) => from)), to: Math.max(...parts.map(({ to }) => to)) };
}

function compared({ path, operator, value: { texts, joined, call } }: Comparison): Parsed {
  if (!FIELDS.test(path)) throw invalid(`Field not found: '${path}'.`, 'filter');
  if (call !== null) throw invalid(`Unknown function '${call}'.`, 'filter');
  const [first, ...others] = texts.map((text) => compare(path, operator, text));
  if (first === undefined || others.length === 0) return first ?? anyTime(() => true);
  const tests = [first, ...others].map(({ test }) => test);
  return anyTime(joined === 'and' ? (entry) => tests.every((test) => test(entry)) : (entry) => tests.some((test) => test(entry)));
}

/** A test that says nothing about time. */
function anyTime(test: Test): Parsed {
  return { test, within: test, from: -Infinity, to: Infinity };
}

function compare(path: string, operator: string, value: string): Parsed {
  if (path === 'timestamp') return compareTime(operator, value);
  if (path === 'severity') return anyTime(compareSeverity(operator, value));
  const read = reader(path);
  return anyTime(scalarTest(read, operator, value));
}

function compareTime(operator: string, value: string): Parsed {
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw invalid(`Invalid timestamp in filter: '${value}'.`, 'filter');
  const test = ordering(operator);
  const matches: Test = (entry) => test(Date.parse(entry.timestamp) - at);
  // Entries have whole milliseconds, so that a range (from, to] says the same.
  if (operator === '>=' || operator === '>') return { test: matches, within: null, from: operator === '>' ? at : at - 1, to: Infinity };
  if (operator === '<=' || operator === '<') return { test: matches, within: null, from: -Infinity, to: operator === '<' ? at - 1 : at };
  if (operator === '=') return { test: matches, within: null, from: at - 1, to: at };
  return anyTime(matches);
}

function compareSeverity(operator: string, value: string): Test {
  const wanted = /^\d+$/.test(value) ? Math.floor(Number(value) / 100) : SEVERITIES.indexOf(value.toUpperCase());
  if (wanted < 0) throw invalid(`Invalid severity in filter: '${value}'.`, 'filter');
  const test = ordering(operator === ':' ? '=' : operator);
  return (entry) => test(Math.max(0, SEVERITIES.indexOf(entry.severity)) - wanted);
}

function scalarTest(read: (entry: WorldLogEntry) => unknown, operator: string, value: string): Test {
  const lower = value.toLowerCase();
  if (operator === ':') return value === '*' ? (entry) => read(entry) !== undefined : (entry) => holds(read(entry), lower);
  if (operator === '=~' || operator === '!~') {
    const expression = pattern(value);
    const negated = operator === '!~';
    return (entry) => {
      const found = read(entry);
      return (found !== undefined && expression.test(String(found))) !== negated;
    };
  }
  if (operator === '=' || operator === '!=') {
    const negated = operator === '!=';
    return (entry) => {
      const found = read(entry);
      return (found !== undefined && String(found).toLowerCase() === lower) !== negated;
    };
  }
  const test = ordering(operator);
  const number = Number(value.replace(/s$/, ''));
  if (Number.isNaN(number)) throw invalid(`Cannot compare with '${value}' by ${operator}.`, 'filter');
  return (entry) => {
    const found = read(entry);
    return found !== undefined && test(Number(String(found).replace(/s$/, '')) - number);
  };
}

/** Substring, in any depth below. */
function holds(value: unknown, lower: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(lower);
  if (Array.isArray(value)) return value.some((each) => holds(each, lower));
  if (isFields(value)) return Object.values(value).some((each) => holds(each, lower));
  return value !== undefined && String(value).toLowerCase() === lower;
}

function anywhere(text: string): Test {
  const lower = text.toLowerCase();
  return (entry) => holds(entry, lower);
}

function ordering(operator: string): (difference: number) => boolean {
  if (operator === '>=') return (difference) => difference >= 0;
  if (operator === '<=') return (difference) => difference <= 0;
  if (operator === '>') return (difference) => difference > 0;
  if (operator === '<') return (difference) => difference < 0;
  if (operator === '=') return (difference) => difference === 0;
  if (operator === '!=') return (difference) => difference !== 0;
  throw invalid(`Operator '${operator}' cannot be used here.`, 'filter');
}

function pattern(text: string): RegExp {
  try {
    // RE2 writes the case-insensitive flag in front.
    return text.startsWith('(?i)') ? new RegExp(text.slice(4), 'i') : new RegExp(text);
  } catch {
    throw invalid(`Invalid regular expression in filter: '${text}'.`, 'filter');
  }
}

function reader(path: string): (entry: WorldLogEntry) => unknown {
  const parts = partsOf(path);
  if (parts.length === 1) {
    const [name] = parts as [string];
    return (entry) => (entry as unknown as Record<string, unknown>)[name];
  }
  return (entry) => {
    let value: unknown = entry;
    for (const part of parts) value = isFields(value) ? value[part] : undefined;
    return value;
  };
}
