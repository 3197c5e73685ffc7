import { WHAT_PRECEDED } from '../five-whys.ts';
import { absent, fresh } from '../../core/model/measured.ts';
import type { Cause, Diagnosis } from '../../core/model/diagnosis.ts';
import type { LogGroup, Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { CheckFinding } from '../checks/check.ts';
import { findingsOf } from '../checks/checks.ts';
import { diagnoseBy } from '../diagnose.ts';
import { deathsIn, recentGroups } from '../observation-queries.ts';
import { RULES } from '../rules.ts';
import { signatureOf } from '../signatures.ts';
import { layerShares } from '../layer-shares.ts';
import type { LayerShares } from '../layer-shares.ts';
import { beyondLines } from './beyond-lines.ts';
import { contrastOf, cutOff, overSince, samePathsPass } from './before-after.ts';
import type { Capture } from './capture.ts';
import { withCallers } from './named-callee.ts';
import { refusedAtDoors, turnedDownIn } from './doubts.ts';
import { judgeCapture, servicesOf, unexplainedWords } from './judge.ts';
import type { CaptureVerdict, Judgement } from './judge.ts';
import { stepsFor } from './steps.ts';
import type { CaptureStep } from './steps.ts';
import { specForCapture } from './spec-for-capture.ts';

export interface CaptureDiagnosis {
  readonly capture: Capture;
  readonly verdict: CaptureVerdict;
  readonly because: string;
  /** Nothing has failed since, and enough has passed. */
  readonly isOver: boolean;
  readonly diagnosis: Diagnosis;
  readonly split: LayerShares;
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
  const spec = specForCapture(Object.keys(observation.services));
  const judged = judgeCapture(capture, observation);
  const { verdict, because } = judged;
  const found = diagnoseBy(
    RULES.map(({ rule }) => withCallers(rule)),
    observation,
    spec,
  );
  const contrast = contrastOf(capture);
  const told = causesOf(judged, found.causes, capture);
  const causes = told.map((cause, index) =>
    index === 0 && contrast.evidence.length > 0 ? { ...cause, evidence: [...cause.evidence, ...contrast.evidence] } : cause,
  );
  const over = overSince(capture);
  const cut = cutOff(capture);
  const whys = told === found.causes ? found.whys : [];
  const diagnosis = {
    ...found,
    healthy: false,
    causes,
    whys: cut === null ? whys : whys.filter(({ why }) => why !== WHAT_PRECEDED),
    unknowns: [
      ...(cut === null ? [] : [`the export seems to be cut off (${cut}): it proves no rate and no beginning`]),
      ...missingData(capture),
      ...[beyondLines(verdict, causes)].filter((words) => words !== null),
    ],
  };
  const first = firstOf(causes, verdict);
  const recent = new Set(recentGroups(capture.groups, observation.at));
  return {
    capture,
    verdict,
    because: over === null || verdict !== 'trouble' ? because : `${because}; ${over}`,
    isOver: over !== null && verdict === 'trouble',
    diagnosis,
    split: layerShares(diagnosis, observation),
    findings: verdict === 'quiet' ? [] : findingsOf(observation, spec),
    steps: stepsFor(first, { servesWell: contrast.servesWell, isOver: over !== null, dies: diesOf(first, capture) }),
    earlier: capture.groups.filter((group) => !recent.has(group) && signatureOf(group.signature)?.role === 'reason'),
  };
}

/** Without harm nothing is called the cause but what a line names; errors that nobody knows are quoted instead. */
function causesOf({ verdict, because, turnedDown }: Judgement, found: readonly Cause[], capture: Capture): readonly Cause[] {
  if (verdict === 'quiet' || verdict === 'inconclusive') return [];
  if ((verdict === 'trouble' && turnedDown === undefined) || found.some(({ kind }) => kind !== 'unknown')) return found;
  const evidence = capture.unrecognised.map(({ count, sample, insertId }) => ({
    source: insertId === null ? 'capture' : `capture insertId="${insertId}"`,
    at: null,
    text: `${count} × ${sample}`,
  }));
  const summary =
    capture.unexplained === 0 || turnedDownIn(capture).length > 0
      ? because
      : unexplainedWords({ ...capture, unexplainedShapes: capture.unexplainedShapes.slice(0, 1) });
  return [{ kind: 'unknown', subject: servicesOf(capture).join(', '), confidence: 0.3, share: 1, summary, evidence }];
}

function missingData(capture: Capture): readonly string[] {
  const services = servicesOf(capture);
  return [
    'only log lines were read: configuration, traffic, metrics, probes and the database itself were not',
    ...refusedAtDoors(capture).map(({ words }) => words),
    `only what the lines speak of was judged (${services.length === 0 ? 'no service' : services.join(', ')}); other services, and lines that the filter left out, were not`,
  ];
}

function firstOf([first]: readonly Cause[], verdict: CaptureVerdict): Cause | null {
  if (verdict === 'quiet') return null;
  return first ?? { kind: 'unknown', subject: '', confidence: 0, share: 1, summary: '', evidence: [] };
}

/** Whether containers of what the cause is about (a revision or a service) were counted as dead. */
function diesOf(cause: Cause | null, { groups }: Capture): boolean {
  return cause !== null && deathsIn(groups.filter(({ service, revision }) => [service, revision].includes(cause.subject))) > 0;
}

/** The capture as a look at the world in which everything but the lines is absent. */
function observationOf(capture: Capture): Observation {
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
        requests:
          requests === undefined
            ? nothing
            : fresh({ ...requests, ...(samePathsPass(capture, name) ? { samePathsPass: true as const } : {}) }, at, 'capture: request log'),
        p95Ms: nothing,
        instances: nothing,
        starts: nothing,
        probes: [],
      },
    ];
  });
  return {
    at,
    connectors: {},
    services: Object.fromEntries(services),
    databases: {},
    logs: fresh(capture.groups, at, 'capture'),
    loadBalancer: null,
    incidents: nothing,
    changes: fresh(capture.changes, at, 'capture: audit entries'),
    accounts: nothing,
    reads: {},
  };
}
