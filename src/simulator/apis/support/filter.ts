import { invalid } from '../../surface/api-error.ts';
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

/** Conditions joined with AND; anything but `state=`, `priority=` and `creator.email=` is 400 (gcp-facts 7). */
export function caseFilter(text: string, isClosed: (each: SupportCase) => boolean): (each: SupportCase) => boolean {
  const terms = text
    .split(/\s+AND\s+/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
  const tests = terms.map((term) => caseTest(term, isClosed));
  return (each) => tests.every((test) => test(each));
}

function caseTest(term: string, isClosed: (each: SupportCase) => boolean): (each: SupportCase) => boolean {
  const inner = term.replace(/^\((.*)\)$/, '$1');
  if (/\s+OR\s+/.test(inner)) {
    const tests = inner.split(/\s+OR\s+/).map((one) => caseTest(one, isClosed));
    return (each) => tests.some((test) => test(each));
  }
  const [, field, value] = /^(state|priority|creator\.email)\s*=\s*"?([^"]+)"?$/.exec(inner) ?? [];
  if (field === 'state' && (value === 'OPEN' || value === 'CLOSED')) return (each) => isClosed(each) === (value === 'CLOSED');
  if (field === 'priority' && value !== undefined && PRIORITIES.includes(value)) return ({ fields }) => fields['priority'] === value;
  if (field === 'creator.email') return ({ creator }) => creator === value;
  throw invalid(`Invalid filter: '${term}'.`, 'filter');
}
