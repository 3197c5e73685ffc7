import type { StepDecision, Plan } from '../../core/model/plan.ts';
import type { CheckFinding } from '../../diagnosis/checks/check.ts';
import type { ConnectorReport } from '../../diagnosis/infrastructure/connector-report.ts';
import type { Examination, Unmeasurable } from '../../diagnosis/examination.ts';
import type { ConnectorOption } from '../../diagnosis/infrastructure/connector-options.ts';
import type { LayerShares } from '../../diagnosis/layer-shares.ts';
import { evidenceLines, whyLines } from '../cause-lines.ts';
import { renderDiagnosis } from './render-diagnosis.ts';
import { likelihood } from '../formatting.ts';

/** The diagnosis with its split, the findings, the connector doctor, the steps' decisions and what nobody can measure. */
export function renderExamination({ diagnosis, split, findings, connectors, unmeasurable }: Examination, plan: Plan): string {
  const lines = [
    renderDiagnosis(diagnosis).trimEnd(),
    ...splitLines(split),
    ...findingLines(findings),
    ...connectors.flatMap(connectorLines),
    ...stepLines(plan),
    ...unmeasurableLines(unmeasurable),
  ];
  return `${lines.join('\n')}\n`;
}

/** Each cause with the first of what shows it, where they lie, why, and the worst findings. */
export function renderFound({ diagnosis, split, findings }: Examination): string {
  const causes = diagnosis.causes.flatMap((cause, index) => [
    `${index + 1}. ${cause.kind}  (${likelihood(cause)})  ${cause.subject}: ${cause.summary}`,
    ...evidenceLines(cause, MOST_EVIDENCE).map((line) => `   ${line}`),
  ]);
  const { because: _because, ...shares } = split;
  return [
    ...causes,
    ...splitLines({ ...shares, because: [] }),
    ...whyLines(diagnosis),
    ...worstFindings(findings),
    '',
    'All evidence, findings and levers: firebreak diagnose --details',
  ].join('\n');
}

const WORST = 3;
const MOST_EVIDENCE = 3;

function worstFindings(findings: readonly CheckFinding[]): readonly string[] {
  const left = findings.length - WORST;
  return [...findingLines(findings.slice(0, WORST)), ...(left > 0 ? [`  and ${left} more`] : [])];
}

/** `infrastructure 80 % · application 0 % · process 20 %` and what it stands on; nothing when nothing is wrong. */
export function splitLines({ shares, because }: LayerShares): readonly string[] {
  const parts = Object.entries(shares).filter(([layer, share]) => share > 0 || layer !== 'unknown');
  if (parts.every(([, share]) => share === 0)) return [];
  const said = parts.map(([layer, share]) => `${layer} ${Math.round(share * 100)} %`).join(' · ');
  return ['', 'Layers', `  ${said}`, ...because.map((line) => `  - ${line}`)];
}

/** Worst first, each with the change that would align it. */
export function findingLines(findings: readonly CheckFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings.flatMap(({ severity, check, what, change }) => [
    `  ${severity.padEnd(6)} ${check}: ${what}`,
    ...(change === null ? [] : [`         change: ${change}`]),
  ]);
  return ['', 'Findings', ...lines];
}

function connectorLines(report: ConnectorReport): readonly string[] {
  const riders = report.riders?.map(({ service, egress }) => `${service} (${egress})`).join(', ');
  return [
    '',
    `Connector ${report.name}: ${report.verdict.outcome}: ${report.verdict.because}`,
    ...report.signs.map(({ text, source }) => `  - ${text} (${source})`),
    `  rides it: ${riders === undefined ? 'not known' : riders === '' ? 'nobody' : riders}`,
    ...report.levers.flatMap(leverLines),
    ...report.unknowns.map((unknown) => `  not known: ${unknown}`),
  ];
}

function leverLines({ lever, impossible, effect, reversibility, risk, takes }: ConnectorOption): readonly string[] {
  if (impossible !== null) return [`  lever ${lever}: not possible: ${impossible}`];
  return [`  lever ${lever}: ${effect}`, `    undo: ${reversibility}`, `    risk: ${risk}`, `    takes: ${takes}`];
}

const DECISIONS: Readonly<Record<StepDecision, string>> = { apply: 'apply', skip: 'skip ', veto: 'VETO ' };

function stepLines({ steps, question }: Plan): readonly string[] {
  if (steps.length === 0) return [];
  return [
    '',
    'Steps of the runbook',
    ...steps.map(({ decision, title, reason }) => `  ${DECISIONS[decision]}  ${title}: ${reason}`),
    ...(question === null ? [] : [`  A human would be asked: ${question.text}`]),
  ];
}

function unmeasurableLines(gates: readonly Unmeasurable[]): readonly string[] {
  if (gates.length === 0) return [];
  return ['', 'Gates that cannot be measured', ...gates.map(({ gate, verdict }) => `  ${verdict.outcome}: ${gate}: ${verdict.because}`)];
}
