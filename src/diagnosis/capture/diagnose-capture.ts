import { absent, fresh } from '../../core/model/measured.ts';
import type { Cause, Diagnosis } from '../../core/model/diagnosis.ts';
import type { LogGroup, Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { CheckFinding } from '../checks/check.ts';
import { findingsOf } from '../checks/checks.ts';
import { diagnoseBy } from '../diagnose.ts';
import { deathsIn, harmOf, percent, recentGroups } from '../reading.ts';
import { RULES } from '../rules.ts';
import { signatureOf } from '../signatures.ts';
import { splitOf } from '../split.ts';
import type { Split } from '../split.ts';
import type { Capture } from './capture.ts';
import { loggedReasons } from './logged-reasons.ts';
import { stepsFor } from './steps.ts';
import type { CaptureStep } from './steps.ts';
import { unspecified } from './unspecified.ts';

/** `trouble`: something failed in it; `suspicion`: lines name a reason, but nothing is seen to fail; `quiet`: nothing failed. */
export type CaptureVerdict = 'trouble' | 'suspicion' | 'quiet';

export interface CaptureDiagnosis {
  readonly capture: Capture;
  readonly verdict: CaptureVerdict;
  readonly because: string;
  readonly diagnosis: Diagnosis;
  readonly split: Split;
  readonly findings: readonly CheckFinding[];
  readonly steps: readonly CaptureStep[];
  /** Reasons that were over long before the last harm: other troubles of the same capture. */
  readonly earlier: readonly LogGroup[];
}

/**
 * What log lines alone tell. It is judged at the last harm in the capture, so that quiet minutes after it hide nothing; lines
 * whose reasons nobody was harmed by are noise where the capture also shows requests that went well.
 */
export function diagnoseCapture(capture: Capture): CaptureDiagnosis {
  const observation = observationOf(capture);
  const spec = unspecified(Object.keys(observation.services));
  const { verdict, because } = judge(capture, observation);
  const found = diagnoseBy([...RULES.map(({ rule }) => rule), loggedReasons], observation, spec);
  const causes = verdict === 'quiet' ? [] : found.causes;
  const diagnosis = { ...found, healthy: false, causes, whys: verdict === 'quiet' ? [] : found.whys, unknowns: UNKNOWN };
  const recent = new Set(recentGroups(capture.groups, observation.at));
  return {
    capture,
    verdict,
    because,
    diagnosis,
    split: splitOf(diagnosis, observation),
    findings: verdict === 'quiet' ? [] : findingsOf(observation, spec),
    steps: stepsFor(firstOf(causes, verdict)),
    earlier: capture.groups.filter((group) => !recent.has(group) && signatureOf(group.signature)?.role === 'reason'),
  };
}

const UNKNOWN = ['only log lines were read: configuration, traffic, metrics, probes and the database itself were not'];

function firstOf([first]: readonly Cause[], verdict: CaptureVerdict): Cause | null {
  if (verdict === 'quiet') return null;
  return first ?? { kind: 'unknown', subject: '', confidence: 0, share: 1, summary: '', evidence: [] };
}

/** The capture as a look at the world in which everything but the lines is absent. */
export function observationOf(capture: Capture): Observation {
  const at = capture.lastHarmAt ?? capture.lastAt ?? 0;
  const names = new Set([...capture.groups.map(({ service }) => service), ...Object.keys(capture.requests)]);
  const nothing = absent<never>('capture', 'a capture holds log lines only');
  const services = [...names].map((name): [string, ServiceObservation] => {
    const requests = capture.requests[name];
    return [
      name,
      {
        name,
        state: nothing,
        requests: requests === undefined ? nothing : fresh(requests, at, 'capture: request log'),
        p95Ms: nothing,
        instances: nothing,
        starts: nothing,
        probes: [],
      },
    ];
  });
  return {
    at,
    connector: null,
    services: Object.fromEntries(services),
    database: null,
    logs: fresh(capture.groups, at, 'capture'),
    loadBalancer: null,
    incidents: nothing,
    changes: fresh(capture.changes, at, 'capture: audit entries'),
    accounts: nothing,
    reads: {},
  };
}

/** So many failed requests are a rate that goals allow. */
const ERROR_RATE = 0.01;
const ENOUGH = 20;

function judge(capture: Capture, observation: Observation): { readonly verdict: CaptureVerdict; readonly because: string } {
  const harm = harmOf(observation).reduce((sum, { amount }) => sum + amount, 0);
  const deaths = deathsIn(capture.groups.filter(({ signature }) => signatureOf(signature) !== undefined));
  const { total, serverErrors } = totals(capture);
  const rate = total === 0 ? null : serverErrors / total;
  const well = rate !== null && total >= ENOUGH && rate <= ERROR_RATE;
  const requests = rate === null ? 'no request is in it' : `${serverErrors} of ${total} requests failed (${percent(rate)})`;
  if (deaths === 0 && well) return { verdict: 'quiet', because: `${requests} and no container died` };
  if (harm > 0) return { verdict: 'trouble', because: `${deaths} ${deaths === 1 ? 'death' : 'deaths'}, ${requests}` };
  const reasons = capture.groups.some(({ signature }) => signatureOf(signature)?.role === 'reason');
  if (reasons) return { verdict: 'suspicion', because: `lines name a reason, but ${requests} and no container is seen to die` };
  return { verdict: 'quiet', because: `no line names a failure; ${requests}` };
}

function totals({ requests }: Capture): { readonly total: number; readonly serverErrors: number } {
  return Object.values(requests).reduce(
    (sum, stats) => ({ total: sum.total + stats.total, serverErrors: sum.serverErrors + stats.serverErrors }),
    { total: 0, serverErrors: 0 },
  );
}
