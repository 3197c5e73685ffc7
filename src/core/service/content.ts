import { hash } from 'node:crypto';
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
  const whole = { template: settings.template(), beside };
  const asWritten = hash('sha256', JSON.stringify(whole));
  const known = fingerprints.get(asWritten);
  if (known !== undefined) return known;
  const fingerprint = hash('sha256', JSON.stringify(inOrder(whole))).slice(0, 16);
  if (fingerprints.size >= REMEMBERED) fingerprints.clear();
  fingerprints.set(asWritten, fingerprint);
  return fingerprint;
}

/** By the hash of the settings in the order in which they came: they are the same at nearly every look. Bounded. */
const fingerprints = new Map<string, string>();
const REMEMBERED = 100;

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value;
  const sorted = Object.entries(object(value)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, of]) => [key, inOrder(of)]));
}
