import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEntryFilter } from '../../src/simulator/apis/logging/filter.ts';
import { parseSeriesFilter } from '../../src/simulator/apis/monitoring/filter.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { ApiError, invalid } from '../../src/simulator/surface/api-error.ts';
import { parseFilter } from '../../src/simulator/surface/filter-expression.ts';
import { tokensOf } from '../../src/simulator/surface/filter-lexer.ts';
import { given } from './support/given.ts';

const refuse = (place: string): ApiError => invalid(place, 'filter');
const parse = (text: string) => parseFilter(text, refuse);
const words = (text: string) => tokensOf(text, (at) => refuse(String(at))).map((token) => ('text' in token ? token.text : token.kind));

describe('the pieces of a filter', () => {
  it.each([
    ['a="b c"', ['a', '=', 'b c', 'end']],
    ["a='b c'", ['a', '=', 'b c', 'end']],
    ['a >= 3 AND NOT b:x', ['a', '>=', '3', 'and', 'not', 'b', ':', 'x', 'end']],
    ['-a=b', ['not', 'a', '=', 'b', 'end']],
    ['my-service', ['my-service', 'end']],
    ['a =~ "\\\\d" -- a comment\nOR b!~"c"', ['a', '=~', '\\d', 'or', 'b', '!~', 'c', 'end']],
    ['one_of("a", "b")', ['one_of', 'open', 'a', 'comma', 'b', 'close', 'end']],
    ['labels."a.b/c"=1', ['labels.a\u0000b/c', '=', '1', 'end']],
    ['', ['end']],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });
});

describe('what a filter says', () => {
  it('binds OR closer than AND, and takes terms side by side for AND', () => {
    const term = (path: string) => ({ kind: 'comparison', path, operator: '=', value: { texts: ['1'], joined: 'or', call: null } });
    const either = { kind: 'or', parts: [term('b'), term('c')] };
    expect(parse('a=1 AND b=1 OR c=1')).toEqual({ kind: 'and', parts: [term('a'), either] });
    expect(parse('a=1 b=1 OR c=1')).toEqual(parse('a=1 AND (b=1 OR c=1)'));
  });

  it('keeps how the values of a list are joined, and the function that they are given to', () => {
    expect(parse('a=("x" AND "y")')).toMatchObject({ value: { texts: ['x', 'y'], joined: 'and', call: null } });
    expect(parse('a=one_of("x", "y")')).toMatchObject({ value: { texts: ['x', 'y'], call: 'one_of' } });
  });

  it('is nothing where nothing is written but a comment', () => {
    expect(parse(' -- all of them')).toBeNull();
  });

  it.each([
    ['a=', "syntax error at line 1, column 3, token ''"],
    ['(a=1', "syntax error at line 1, column 5, token ''"],
    ['a=1)', "syntax error at line 1, column 4, token ')'"],
    ['a=1\nAND >= 2', "syntax error at line 2, column 5, token '>='"],
    ['a="b', "syntax error at line 1, column 3, token '\"'"],
    ['a=f("x" "y")', 'syntax error at line 1, column 9, token \'"y"\''],
    ['a=("x", "y")', "syntax error at line 1, column 7, token ','"],
    ['OR a=1', "syntax error at line 1, column 1, token 'OR'"],
    ['"a"=1', 'syntax error at line 1, column 1, token \'"a"\''],
  ])('says where %j goes wrong', (text, place) => {
    expect(() => parse(text)).toThrow(place);
  });

  it('either reads a text or refuses it as the API does, whatever it is', () => {
    const piece = fc.constantFrom('a', 'AND', 'OR', 'NOT', '(', ')', '=', '>=', '"b c"', "'", '"', '-', ',', '.', '\\', '\n', '--', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('', ' '), (pieces, between) => {
        try {
          parse(pieces.join(between));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ApiError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('each API refuses in its own words', () => {
  it('Logging', () => {
    expect(() => parseEntryFilter('severity=ERROR"')).toThrow("Unparseable filter: syntax error at line 1, column 15, token '\"'");
    expect(() => parseEntryFilter('severity=one_of("ERROR")')).toThrow("Unknown function 'one_of'.");
  });

  it('Monitoring', () => {
    const text = 'metric.type = starts_with(""run)';
    expect(() => parseSeriesFilter(text)).toThrow(
      `Field filter had an invalid value of "${text}": Could not parse filter "${text}"; syntax error at line 1, column 29, token 'run'`,
    );
    expect(() => parseSeriesFilter('metric.type="m" AND (metric.labels.a="x" OR metric.labels.a="y")')).toThrow(/joined by AND/);
    expect(() => parseSeriesFilter('metric.type="m" AND metric.labels.a=constructor("x")')).toThrow('unknown function constructor');
  });

  it.each([
    ['servicehealth.googleapis.com', '/v1/projects/{project}/locations/global/events', 'category = INCIDENT OR state = ACTIVE'],
    ['serviceusage.googleapis.com', '/v1/projects/{project}/services', 'state:BROKEN'],
    ['cloudsupport.googleapis.com', '/v2/projects/{project}/cases', 'state=OPEN AND title="x"'],
  ])('%s', async (_api, path, filter) => {
    const { call, scenario } = given(readScenario('provider-incident'));
    const at = `${path.replace('{project}', scenario.world.project)}?filter=${encodeURIComponent(filter)}`;
    expect(await call('GET', at)).toMatchObject({ status: 400, data: { error: { status: 'INVALID_ARGUMENT' } } });
  });
});
