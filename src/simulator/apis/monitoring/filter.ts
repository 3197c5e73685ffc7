import { defined } from '../../../core/defined.ts';
import { invalid } from '../../surface/api-error.ts';
import type { WorldSeries } from '../../world/contract.ts';

/** A monitoring filter: one metric type, and a test for the series. */
export interface SeriesFilter {
  readonly metricType: string;
  matches(series: WorldSeries): boolean;
}

type Test = (series: WorldSeries) => boolean;

const TERM = /^\s*(metric\.type|resource\.type|(?:metric|resource)\.labels?\.(?:"[^"]+"|[\w-]+)|project)\s*(!=|=|:)\s*/;
const FUNCTION = /^(one_of|starts_with|ends_with|has_substring|monitoring\.regex\.full_match)\s*\(/;
const STRING = /^\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([\w./-]+))/;

const known = new Map<string, SeriesFilter>();
const REMEMBERED = 500;

/**
 * Parses the subset `selector op value AND …` with `=`, `!=`, `one_of()`, `starts_with()`, `ends_with()`, `has_substring()`.
 * Exactly one metric type must be named (gcp-facts 5.1). Throws 400; filters repeat, so they are remembered.
 */
export function parseSeriesFilter(text: string): SeriesFilter {
  const remembered = known.get(text);
  if (remembered) return remembered;
  const parsed = parse(text);
  if (known.size >= REMEMBERED) known.clear();
  known.set(text, parsed);
  return parsed;
}

function parse(text: string): SeriesFilter {
  const tests: Test[] = [];
  let metricType: string | null = null;
  let rest = text;
  for (;;) {
    const term = TERM.exec(rest);
    if (!term) throw refuse(text, rest);
    const selector = defined(term[1]);
    const value = readValue(text, rest.slice(term[0].length));
    rest = value.rest;
    if (selector === 'metric.type') {
      if (term[2] !== '=' || value.exact === null || metricType !== null)
        throw invalid('The filter must name exactly one metric type, with metric.type = "…".', 'filter');
      metricType = value.exact;
    } else if (selector !== 'project') {
      tests.push(test(selector, term[2] === '!=', value.accepts));
    }
    const and = /^\s*(AND\s+|$)/.exec(rest);
    // Terms may also follow each other without AND.
    if (!and && !TERM.test(rest)) throw refuse(text, rest);
    rest = rest.slice(and?.[0].length ?? 0);
    if (rest.trim() === '') break;
  }
  if (metricType === null) throw invalid('The filter must name exactly one metric type, with metric.type = "…".', 'filter');
  return { metricType, matches: (series) => tests.every((each) => each(series)) };
}

function readValue(
  text: string,
  rest: string,
): { readonly exact: string | null; readonly accepts: (value: string) => boolean; readonly rest: string } {
  const called = FUNCTION.exec(rest);
  if (!called) {
    const { value, after } = readString(text, rest);
    return { exact: value, accepts: (each) => each === value, rest: after };
  }
  const values: string[] = [];
  let left = rest.slice(called[0].length);
  for (;;) {
    const { value, after } = readString(text, left);
    values.push(value);
    const next = /^\s*([,)])/.exec(after);
    if (!next) throw refuse(text, after);
    left = after.slice(next[0].length);
    if (next[1] === ')') break;
  }
  return { exact: null, accepts: acceptor(defined(called[1]), values), rest: left };
}

function acceptor(name: string, values: readonly string[]): (value: string) => boolean {
  const [first] = values as [string];
  if (name === 'one_of') return (value) => values.includes(value);
  if (name === 'starts_with') return (value) => value.startsWith(first);
  if (name === 'ends_with') return (value) => value.endsWith(first);
  if (name === 'has_substring') return (value) => value.includes(first);
  const expression = new RegExp(`^(?:${first})$`);
  return (value) => expression.test(value);
}

function readString(text: string, rest: string): { readonly value: string; readonly after: string } {
  const found = STRING.exec(rest);
  if (!found) throw refuse(text, rest);
  const quoted = found[1] ?? found[2];
  return { value: quoted === undefined ? defined(found[3]) : quoted.replace(/\\(.)/g, '$1'), after: rest.slice(found[0].length) };
}

function test(selector: string, negated: boolean, accepts: (value: string) => boolean): Test {
  const read = reader(selector);
  return (series) => {
    const value = read(series);
    return value !== undefined && accepts(value) ? !negated : negated;
  };
}

/** What of a series a selector can read. */
type Labelled = Pick<WorldSeries, 'resourceType' | 'metricLabels' | 'resourceLabels'>;

/** Reads `metric.labels.x`, `resource.label.x`, `resource.type`, `metric.type` of a series. */
export function reader(selector: string): (series: Labelled) => string | undefined {
  if (selector === 'resource.type') return (series) => series.resourceType;
  const [, where, quoted, plain] = /^(metric|resource)\.labels?\.(?:"([^"]+)"|([\w-]+))$/.exec(selector) ?? [];
  const label = quoted ?? plain;
  if (label === undefined) throw invalid(`Unknown field '${selector}'.`, 'filter');
  return where === 'metric' ? (series) => series.metricLabels[label] : (series) => series.resourceLabels[label];
}

function refuse(text: string, rest: string): Error {
  return invalid(`Field filter had an invalid value of "${text}": Could not parse filter at "${rest.slice(0, 40)}".`, 'filter');
}
