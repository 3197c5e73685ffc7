import { ofConnector } from '../core/of-connector.ts';
import type { Cause, Diagnosis } from '../core/model/diagnosis.ts';
import type { Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { databasesOf } from './infrastructure/databases.ts';
import type { SeenDatabase } from './infrastructure/databases.ts';
import type { Finding, Rule } from './finding.ts';
import { connectionBudget, BUDGET_EXHAUSTED } from './infrastructure/connection-budget.ts';
import type { JudgeInput } from './witnesses/judge-input.ts';
import { goalsOf } from './figures/indicators.ts';
import { groupsOf, harmOf } from './observation-queries.ts';
import type { Harm } from './observation-queries.ts';
import { CURES } from './cures.ts';
import { quoted } from './logs/sample.ts';
import { RULES } from './rules.ts';
import { shareByHarm } from './cause-shares.ts';
import { agreements } from './witnesses/service-health.ts';
import { failingShares } from './witnesses/failing-share.ts';
import { judgeWorkloads } from './workloads.ts';
import { limitedSinceItServes } from './witnesses/limits-alone.ts';
import { troubleOf } from './unexplained.ts';
import { UNRECOGNISED } from './signatures.ts';
import { slowServices } from './witnesses/testimony.ts';
import { awayWords } from './witnesses/sources-away.ts';
import { sayLateAnswers } from './witnesses/late-words.ts';
import { missingData } from './missing-data.ts';
import { judgeGates } from './verdicts.ts';
import { judgeWayIn } from './witnesses/way-in.ts';
import { fiveWhys, WHAT_PRECEDED } from './five-whys.ts';
import { originsOf } from './changes/origin.ts';

/** Below this a finding is noise beside a better one. */
const LEAST_CONFIDENCE = 0.25;

/**
 * What is wrong, most likely first, each cause with its confidence, its earned share and lines that can be opened.
 * Pure: the same observation gives the same diagnosis. `healthy` is true only when everything needed was measured and meets
 * the goals; a look that shows nothing wrong but could not see everything is `unknown`, not healthy.
 */
export function diagnose(
  observation: Observation,
  spec: RemediationSpec,
  facts: Omit<JudgeInput, 'intended'> = { servingSince: {} },
): Diagnosis {
  const judged: JudgeInput = { ...facts, intended: {} };
  const gates = judgeGates(observation, spec, judged);
  if (isHealthy(observation, spec, gates))
    return { at: observation.at, healthy: true, causes: [], whys: [], unknowns: missingData(observation, spec), ...noticedIn(observation) };
  const found = diagnoseBy(
    RULES.map(({ rule }) => rule),
    observation,
    spec,
  );
  return {
    ...withOrigins(found, originsOf(observation, spec, judged)),
    ...awayIn(observation, judged),
    ...suspectedOnly(observation, spec, judged, gates),
  };
}

function awayIn(observation: Observation, { witnessed }: JudgeInput): Pick<Diagnosis, 'away'> {
  const away = awayWords(observation, witnessed);
  return away.length === 0 ? {} : { away };
}

/** Since when, and what came before it: told beside every cause, for it names none. */
function withOrigins(found: Diagnosis, origins: readonly string[]): Diagnosis {
  if (origins.length === 0) return found;
  const whys = found.whys.filter(({ why }) => why !== WHAT_PRECEDED);
  return { ...found, origins, whys: [...whys, { why: 'Since when, and what came before it?', because: origins.join('; ') }] };
}

type Gates = ReturnType<typeof judgeGates>;

function noticedIn(observation: Observation): Pick<Diagnosis, 'noticed'> {
  const workloads = Object.values(judgeWorkloads(observation)).flatMap(({ outcome, because }) => (outcome === 'fail' ? [because] : []));
  const noticed = [...failingShares(observation), ...workloads];
  return noticed.length === 0 ? {} : { noticed };
}

/** One look's figures that nobody confirms are told as that. */
function suspectedOnly(observation: Observation, spec: RemediationSpec, facts: JudgeInput, gates: Gates): Pick<Diagnosis, 'suspected'> {
  const agreed = Object.entries(agreements(observation, spec, facts));
  const suspected = agreed.filter(([, { verdict }]) => verdict === 'suspected');
  const isFull = spec.connectors.some(({ name }) => gates[ofConnector(name)]?.outcome === 'fail');
  if (suspected.length === 0 || isFull || agreed.some(([, { verdict }]) => verdict === 'ill')) return {};
  return { suspected: suspected.map(([name, { because }]) => `${name}: ${because}`) };
}

/** What these rules find, taken for granted that something is wrong. */
export function diagnoseBy(rules: readonly Rule[], observation: Observation, spec: RemediationSpec): Diagnosis {
  const unknowns = missingData(observation, spec);
  const findings = rules.flatMap((rule) => rule(observation, spec));
  const causes = rank(withoutNoise(onePerSubject(findings)), observation, { unknowns, spec });
  return { at: observation.at, healthy: false, causes, whys: fiveWhys(observation, spec, causes), unknowns };
}

function isHealthy(observation: Observation, spec: RemediationSpec, gates: Gates): boolean {
  const needed = [...spec.connectors.map(({ name }) => ofConnector(name)), ...spec.services.map(({ name }) => `healthy:${name}`)];
  const gatesPass = needed.every((name) => gates[name]?.outcome === 'pass') && slowServices(observation).length === 0;
  const wayIn = judgeWayIn(observation, spec);
  const usersGetIn = wayIn === null || wayIn.outcome === 'pass';
  return (
    gatesPass &&
    databasesOf(observation, spec).every((one) => databaseIsWell(observation, spec, one)) &&
    usersGetIn &&
    goalsOf(observation, spec, gates) === 'met'
  );
}

function databaseIsWell(observation: Observation, spec: RemediationSpec, database: SeenDatabase): boolean {
  const state = database.seen?.state;
  if (state?.freshness !== 'fresh' || state.value?.lifecycle !== 'RUNNABLE' || state.value.stopped) return false;
  const { utilization, isFresh } = connectionBudget(observation, spec, database);
  if (!isFresh) return false;
  return utilization === null ? state.value.maxConnections === null : utilization < BUDGET_EXHAUSTED;
}

/** Two rules that come to the same cause of the same thing are one finding: the surer one, with what both saw. */
function onePerSubject(findings: readonly Finding[]): readonly Finding[] {
  const byName = new Map<string, Finding>();
  for (const finding of findings) {
    const name = `${finding.kind} ${finding.subject}`;
    const other = byName.get(name);
    const [first, second] = other === undefined || other.confidence < finding.confidence ? [finding, other] : [other, finding];
    byName.set(
      name,
      second === undefined
        ? first
        : {
            ...first,
            covers: (harm) => first.covers(harm) || second.covers(harm),
            explains: (harm) => Math.max(partOf(first, harm), partOf(second, harm)),
            apart: (harm) => Math.max(first.apart?.(harm) ?? 1, second.apart?.(harm) ?? 1),
          },
    );
  }
  return [...byName.values()];
}

function partOf(finding: Finding, harm: Harm): number {
  return finding.covers(harm) ? (finding.explains?.(harm) ?? 1) : 0;
}

function withoutNoise(findings: readonly Finding[]): readonly Finding[] {
  const strong = findings.filter((finding) => finding.confidence >= LEAST_CONFIDENCE);
  return strong.length > 0 ? strong : findings;
}

/** What the words of the unknown need beside the look. */
interface Unseen {
  readonly unknowns: readonly string[];
  readonly spec: RemediationSpec;
}

function rank(findings: readonly Finding[], observation: Observation, unseen: Unseen): readonly Cause[] {
  const harm = harmOf(observation);
  const unknown = (places: readonly Harm[]): Finding => unknownFinding(harm.length > 0, places, observation, unseen);
  return shareByHarm(findings, harm, unknown, (place) => unmatchedBeside(observation, place))
    .findings.map(({ finding, share }) => causeOf(finding, share))
    .filter((cause) => cause.share > 0)
    .sort((a, b) => b.share - a.share || b.confidence - a.confidence);
}

/** The part of a place’s failures that lines without a known mechanism stand beside, where they stand beside hardly anything else. */
function unmatchedBeside(observation: Observation, { service, revision }: Harm): number {
  const groups = groupsOf(observation, service, revision === '' ? undefined : revision);
  const own = groups.filter(
    ({ signature, beside, loudest }) => signature === UNRECOGNISED && beside?.failures != null && loudest !== undefined,
  );
  return Math.max(0, ...own.map(({ beside }) => ((beside?.lines ?? 0) >= 0.5 ? (beside?.failures ?? 0) : 0)));
}

function causeOf(finding: Finding, share: number): Cause {
  const { covers: _covers, explains: _explains, apart: _apart, effect: _effect, cures, ...cause } = finding;
  return { ...cause, share, cures: cures ?? CURES[finding.kind] };
}

function unknownFinding(harmed: boolean, places: readonly Harm[], observation: Observation, { unknowns, spec }: Unseen): Finding {
  const services = [...new Set(places.map((place) => place.service))];
  const loudest = places
    .flatMap(({ service, revision }) => groupsOf(observation, service, revision === '' ? undefined : revision))
    .flatMap(({ loudest: lines = [], revision }) => lines.map((line) => ({ ...line, revision })))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 3);
  const [first] = loudest;
  const troubles = services.map((service) => troubleOf(observation, service, spec.improvement.goals.p95Ms));
  const of = troubles.length > 0 && troubles.every(({ ofRevision }) => ofRevision) ? ': it is of that revision; ' : '; ';
  const beside =
    first === undefined
      ? 'nothing seen explains why'
      : `no known mechanism explains it; most often said beside it: ${first.count} × ${quoted(first.sample)}`;
  const late = harmed ? sayLateAnswers(observation, spec, services) : null;
  // Answers of 429 count as nothing that goes wrong, but where they came with what serves.
  const limited = harmed ? [] : limitedSinceItServes(observation, spec);
  const summary = harmed
    ? `${late === null ? `${troubles.map(({ words }) => words).join('; ')}${of}` : `${late}; `}${beside}`
    : limited.length > 0
      ? `${limited.map(({ words }) => words).join('; ')}; ${beside}`
      : unknowns.length > 0
        ? `nothing wrong was seen, but not everything could be seen: ${unknowns[0]}`
        : 'a goal is missed and nothing seen explains it';
  return {
    kind: 'unknown',
    subject: [...services, ...limited.map(({ service }) => service)].join(', '),
    confidence: 0.3,
    summary,
    evidence: [
      ...places.map((place) => ({
        source: place.service,
        at: null,
        text: `${countWords(place.amount, late === null ? 'failure' : 'late answer')} at ${place.revision === '' ? place.service : place.revision} without a reason`,
      })),
      ...loudest.map(({ count, sample, insertId, revision }) => ({
        source: `log ${revision}${insertId === null ? '' : ` insertId="${insertId}"`}`,
        at: null,
        text: `${count} × ${sample}`,
      })),
    ],
    covers: () => true,
    apart: () => 1,
  };
}

/** `1 failure`, `3 failures`; less than one counts as one. */
function countWords(amount: number, what: string): string {
  const count = Math.max(1, Math.round(amount));
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
