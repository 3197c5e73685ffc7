import { createHash } from 'node:crypto';
import { object } from './json.ts';
import type { ServiceSettings } from './settings.ts';

/** Set on a service by tools and consoles; nothing runs otherwise because of them. Those of the template make a new revision. */
const METADATA = new Set(['labels', 'annotations', 'description']);

/**
 * What of a service's settings decides how it runs, as a fingerprint: the template, scaling, ingress and whatever else is wished
 * of it, without labels, annotations and description of the service, and without its traffic. Equal fingerprints: the same wish.
 */
export function contentOf(settings: ServiceSettings): string {
  const beside = Object.fromEntries(Object.entries(settings.beside()).filter(([field]) => !METADATA.has(field)));
  return createHash('sha256')
    .update(JSON.stringify(inOrder({ template: settings.template(), beside })))
    .digest('hex')
    .slice(0, 16);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value;
  const sorted = Object.entries(object(value)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, of]) => [key, inOrder(of)]));
}
