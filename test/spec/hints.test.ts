import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/spec/hints.ts';

describe('the nearest known key', () => {
  const keys = ['connector', 'services', 'maxInstances', 'minInstances', 'healthyFor', 'region', 'netra-frontend-staging'];

  it.each([
    ['a letter left out', 'conector', 'connector'],
    ['two letters swapped', 'servcies', 'services'],
    ['other case and separators', 'max_instances', 'maxInstances'],
    ['of two near ones the nearer', 'minInstance', 'minInstances'],
    ['only the beginning', 'netra-frontend', 'netra-frontend-staging'],
  ])('is found for %s', (_how, written, meant) => {
    expect(nearest(written, keys)).toBe(meant);
  });

  it.each(['', 'x', 'loadBalancer', 'r'.repeat(10_000)])('is not guessed for %.20j', (written) => {
    expect(nearest(written, keys)).toBeNull();
  });
});
