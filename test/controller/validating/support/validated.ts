import type { Server } from 'node:http';
import { duplexPair } from 'node:stream';
import type { RemediationSpec } from '../../../../src/core/model/spec.ts';
import type { ValidationReport } from '../../../../src/core/model/verdict.ts';
import { FIRST_LOOK, runValidation } from '../../../../src/controller/validating/suite.ts';
import type { JudgeInput } from '../../../../src/diagnosis/witnesses/judge-input.ts';
import type { Clock } from '../../../../src/ports/clock.ts';
import type { ProbesPort } from '../../../../src/ports/probes.ts';
import { socketExchange } from '../../../../src/probes/http.ts';
import { createProbesOver } from '../../../../src/probes/probes.ts';
import { rehearsed } from '../../../capacity/support/rehearsed.ts';

export const never = new AbortController().signal;

/** Category, name and result of every check: the table without its figures. */
export function results({ checks }: ValidationReport): readonly string[] {
  return checks.map(({ category, name, verdict }) => `${category} | ${name} | ${verdict.outcome}`);
}

export function becauseOf({ checks }: ValidationReport, name: string): string {
  const found = checks.find((check) => check.name === name);
  return found === undefined ? 'no such check' : `${found.verdict.outcome}: ${found.verdict.because}`;
}

export interface Validating {
  readonly scenario?: string;
  /** Stands in for the simulated services, over streams of this process on virtual time: nothing is waited for. */
  readonly services?: Server;
  readonly change?: (spec: RemediationSpec) => RemediationSpec;
  readonly database?: (clock: Clock) => ProbesPort['database'];
  readonly facts?: JudgeInput;
}

/** The validation of a scenario in this process, on virtual time. */
export async function validated({
  scenario = 'already-healthy',
  services,
  change,
  database,
  facts,
}: Validating = {}): Promise<ValidationReport> {
  const world = await rehearsed(scenario, database === undefined ? {} : { database });
  const spec = change?.(world.spec) ?? world.spec;
  const { clock, cloud, observer } = world;
  const connect = () => {
    const [ours, theirs] = duplexPair();
    services?.emit('connection', theirs);
    return ours;
  };
  const overStreams = () =>
    createProbesOver({ clock, http: socketExchange(connect), connect, ...(database === undefined ? {} : { database: database(clock) }) });
  const probes = services === undefined ? world.probes : overStreams();
  return world.go(runValidation({ spec, clock, cloud, observer, probes }, facts ?? FIRST_LOOK, never));
}
