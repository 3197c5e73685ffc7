import { named } from '../../core/shell.ts';
import { CLEAN, refused } from '../findings.ts';
import type { Checked, Findings } from '../findings.ts';
import type { Region } from '../kind.ts';

/** The revision that the document names exists. */
export async function preflightPin(name: string, { spec }: Checked, { revisions }: Region): Promise<Findings> {
  const pin = spec.services.find((service) => service.name === name)?.pin ?? null;
  if (pin === null || pin.revision === 'lastHealthy') return CLEAN;
  const known = (await revisions())[name] ?? [];
  if (known.some((revision) => revision.name === pin.revision)) return CLEAN;
  const newest = known.slice(0, 3).map((revision) => revision.name);
  return refused(
    `revision ${pin.revision}`,
    `does not exist (any more); the newest of ${name}: ${newest.join(', ') || 'none'}.`,
    `pin another one, or lastHealthy; gcloud run revisions list --service=${named(name, spec)}`,
  );
}
