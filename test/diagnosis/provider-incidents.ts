import { HOUR } from '../../src/core/duration.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation, ProviderIncident } from '../../src/core/model/observation.ts';
import { NOW } from './fixtures.ts';

/** One of Google's own, open for an hour, and whatever is said of it otherwise. */
export const incident = (change: Partial<ProviderIncident> = {}): ProviderIncident => ({
  id: 'abc',
  title: 'Elevated errors',
  products: ['Cloud SQL'],
  locations: ['us-central1'],
  state: 'ACTIVE',
  startedAt: NOW - HOUR,
  ...change,
});
/** The look, with these published. */
export const during = (seen: Observation, ...incidents: readonly ProviderIncident[]): Observation => ({
  ...seen,
  incidents: fresh(incidents, NOW, 'servicehealth'),
});
