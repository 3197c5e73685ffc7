import { invalid, type ApiError } from '../../surface/api-error.ts';
import { parseFilter } from '../../surface/filter-expression.ts';
import type { Comparison, FilterExpression } from '../../surface/filter-expression.ts';
import { PRIORITIES, type SupportCase } from './model.ts';

/** All that a search looks through. */
export function searchable({ fields, comments }: SupportCase): string {
  return [fields['displayName'], fields['description'], ...comments.map(({ body }) => body)].join('\n').toLowerCase();
}

/** `display_name:"*Cloud Run*"`, or plain words. */
export function wordsOf(query: string): readonly string[] {
  const said = /display_?name\s*[:=]\s*"?([^"]*)"?/i.exec(query)?.[1] ?? query;
  return said
    .toLowerCase()
    .split(/[\s*"]+/)
    .filter((word) => word !== '' && word !== 'and' && word !== 'or');
}

const ASKABLE = 'only state, priority and creator.email can be asked for, with =';

type CaseTest = (each: SupportCase) => boolean;

/** Conditions joined with AND and OR; anything but `state=`, `priority=` and `creator.email=` is 400 (gcp-facts 7). */
export function caseFilter(text: string, isClosed: CaseTest): CaseTest {
  const refuse = (why: string): ApiError => invalid(`Invalid filter: '${text}': ${why}.`, 'filter');
  const said = parseFilter(text, refuse);
  return said === null ? () => true : caseTest(said, isClosed, refuse);
}

function caseTest(said: FilterExpression, isClosed: CaseTest, refuse: (why: string) => ApiError): CaseTest {
  switch (said.kind) {
    case 'and':
    case 'or': {
      const tests = said.parts.map((part) => caseTest(part, isClosed, refuse));
      return said.kind === 'and' ? (each) => tests.every((test) => test(each)) : (each) => tests.some((test) => test(each));
    }
    case 'comparison': {
      const test = comparisonTest(said, isClosed);
      if (test === null) throw refuse(ASKABLE);
      return test;
    }
    case 'not':
    case 'text':
      throw refuse(ASKABLE);
  }
}

function comparisonTest({ path, operator, value: { texts, call } }: Comparison, isClosed: CaseTest): CaseTest | null {
  const [value = ''] = texts;
  if (operator !== '=' || call !== null || texts.length !== 1) return null;
  if (path === 'state' && (value === 'OPEN' || value === 'CLOSED')) return (each) => isClosed(each) === (value === 'CLOSED');
  if (path === 'priority' && PRIORITIES.includes(value)) return ({ fields }) => fields['priority'] === value;
  return path === 'creator.email' ? ({ creator }) => creator === value : null;
}
