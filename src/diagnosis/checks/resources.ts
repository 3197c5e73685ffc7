import type { LogGroup, Observation, ServiceObservation } from '../../core/model/observation.ts';
import { factOf, measuredEvidence } from '../finding.ts';
import { evidenceOf, groupsOf, recentGroups } from '../observation-queries.ts';
import type { Check, CheckFinding } from './check.ts';

/** Cloud Run's rule for many cores (gcp-facts 2.5). */
const FOUR_CPU_NEEDS_MIB = 2_048;
const STEPS_MIB = [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768];

/** Memory and CPU against what the service has shown to need. */
export const checkResources: Check = (observation) =>
  Object.values(observation.services).flatMap((service) => [...memory(observation, service), ...cpu(service)]);

function memory(observation: Observation, service: ServiceObservation): readonly CheckFinding[] {
  const groups = recentGroups(groupsOf(observation, service.name), observation.at).filter(
    ({ signature }) => signature === 'memory-limit' || signature === 'out-of-memory',
  );
  if (groups.length === 0) return [];
  const used = largestMib(groups, 'used');
  const limit = mebibytes(service.state.value?.template.memory ?? '') ?? largestMib(groups, 'limit');
  const needed = used === null ? null : (STEPS_MIB.find((step) => step >= used * 1.25) ?? null);
  const early = diesEarly(service);
  const when = early ? ' before any of them was ready: the limit is under what start-up needs' : '';
  return [
    {
      check: 'resources',
      severity: 'broken',
      subject: service.name,
      what: `${service.name}: instances are killed at their memory limit${limit === null ? '' : ` of ${limit} MiB`}${used === null ? '' : `, ${used} MiB were used`}${when}`,
      change: needed === null ? 'raise the memory limit, or find what grows' : `set memory to ${needed}Mi, or find what grows`,
      evidence: evidenceOf(groups, 2),
    },
  ];
}

/** Not one start of the window reached readiness. */
function diesEarly({ starts }: ServiceObservation): boolean {
  return starts.value !== null && starts.value.succeeded === 0 && starts.value.failed > 0;
}

function cpu(service: ServiceObservation): readonly CheckFinding[] {
  const template = service.state.value?.template;
  const cores = coresOf(template?.cpu ?? null);
  const mib = mebibytes(template?.memory ?? '');
  if (cores === null || mib === null || cores < 4 || mib >= FOUR_CPU_NEEDS_MIB) return [];
  const what = `${service.name}: ${template?.cpu} CPU with ${template?.memory}: Cloud Run asks for at least ${FOUR_CPU_NEEDS_MIB}Mi there`;
  return [
    {
      check: 'resources',
      severity: 'broken',
      subject: service.name,
      what,
      change: `set memory to ${FOUR_CPU_NEEDS_MIB}Mi or more`,
      evidence: [measuredEvidence(service.state, what)],
    },
  ];
}

function coresOf(text: string | null): number | null {
  if (text === null) return null;
  const value = text.endsWith('m') ? Number(text.slice(0, -1)) / 1_000 : Number(text);
  return Number.isFinite(value) ? value : null;
}

function largestMib(groups: readonly LogGroup[], fact: string): number | null {
  const all = factOf(groups, fact)
    .split(', ')
    .map(mebibytes)
    .filter((value) => value !== null);
  return all.length === 0 ? null : Math.max(...all);
}

/** `512Mi`, `559 MiB`, `2Gi`, `1.5GB` in MiB; null for anything else. */
function mebibytes(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s?([KMG])i?B?$/i.exec(text.trim()) ?? [];
  if (amount === undefined || unit === undefined) return null;
  return Math.round(Number(amount) * { K: 1 / 1_024, M: 1, G: 1_024 }[unit.toUpperCase() as 'K' | 'M' | 'G']);
}
