import { defined } from '../../../core/defined.ts';
import { invalid, type ApiError } from '../../surface/api-error.ts';
import { conjunctionOf, parseFilter } from '../../surface/filter-expression.ts';
import type { Comparison, FilterValue } from '../../surface/filter-expression.ts';
import { partsOf } from '../../surface/filter-lexer.ts';
import type { WorldSeries } from '../../world/contract.ts';

/** A monitoring filter: one metric type, and a test for the series. */
export interface SeriesFilter {
  readonly metricType: string;
  matches(series: WorldSeries): boolean;
}

type Test = (series: WorldSeries) => boolean;
type Accepts = (value: string) => boolean;

/** What may be asked of a value, by the function's name. `monitoring.regex.full_match` is one of RE2. */
const FUNCTIONS: Readonly<Record<string, (values: readonly string[]) => Accepts>> = {
  one_of: (values) => (value) => values.includes(value),
  starts_with:
    ([first]) =>
    (value) =>
      value.startsWith(defined(first)),
  ends_with:
    ([first]) =>
    (value) =>
      value.endsWith(defined(first)),
  has_substring:
    ([first]) =>
    (value) =>
      value.includes(defined(first)),
  'monitoring.regex.full_match': ([first]) => {
    const expression = new RegExp(`^(?:${defined(first)})$`);
    return (value) => expression.test(value);
  },
};

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
  // As the API words it: prometheus-community/stackdriver_exporter#52.
  const refuse = (why: string): ApiError => invalid(`Field filter had an invalid value of "${text}": ${why}`, 'filter');
  const said = parseFilter(text, (place) => refuse(`Could not parse filter "${text}"; ${place}`));
  const comparisons = conjunctionOf(said, () => refuse('only comparisons joined by AND are served here'));
  const [type, ...others] = comparisons.filter(({ path }) => path === 'metric.type');
  if (type === undefined || others.length > 0 || type.operator !== '=' || type.value.call !== null || type.value.texts.length !== 1)
    throw refuse('The filter must name exactly one metric type, with metric.type = "…".');
  const tests = comparisons.filter(({ path }) => path !== 'metric.type' && path !== 'project').map((each) => testOf(each, refuse));
  return { metricType: defined(type.value.texts[0]), matches: (series) => tests.every((test) => test(series)) };
}

function testOf({ path, operator, value }: Comparison, refuse: (why: string) => ApiError): Test {
  if (operator !== '=' && operator !== '!=' && operator !== ':') throw refuse(`the operator ${operator} is not served here`);
  const accepts = acceptor(value, refuse);
  const read = reader(path);
  const negated = operator === '!=';
  return (series) => {
    const found = read(series);
    return found !== undefined && accepts(found) ? !negated : negated;
  };
}

function acceptor({ texts, call }: FilterValue, refuse: (why: string) => ApiError): Accepts {
  if (call === null) return (value) => texts.includes(value);
  const given = Object.hasOwn(FUNCTIONS, call) ? FUNCTIONS[call] : undefined;
  if (given === undefined) throw refuse(`unknown function ${call}`);
  return given(texts);
}

/** What of a series a selector can read. */
type Labelled = Pick<WorldSeries, 'resourceType' | 'metricLabels' | 'resourceLabels'>;

/** Reads `metric.labels.x`, `resource.label."x"`, `resource.type` of a series. */
export function reader(selector: string): (series: Labelled) => string | undefined {
  if (selector === 'resource.type') return (series) => series.resourceType;
  const [where, labels, label, ...deeper] = partsOf(selector.replaceAll('"', ''));
  const isLabel = (where === 'metric' || where === 'resource') && (labels === 'label' || labels === 'labels') && deeper.length === 0;
  if (!isLabel || label === undefined) throw invalid(`Unknown field '${selector}'.`, 'filter');
  return where === 'metric' ? (series) => series.metricLabels[label] : (series) => series.resourceLabels[label];
}
