import type { Message } from '../../../src/core/model/message.ts';

export const AT = Date.parse('2025-09-15T15:00:00Z');

/** A message of a run as every channel is handed it. */
export function messageOf(no: number, parts: Partial<Message> = {}): Message {
  const happened = parts.happened ?? `news ${no}`;
  const environment = 'issue-1278 (netra-staging, us-central1)';
  return {
    no,
    kind: 'phase',
    at: AT,
    environment,
    happened,
    why: 'connector saturated (diagnosis of 2025-09-15T20:02:00Z)',
    next: 'scale the connector.',
    nextBy: AT + 7_200_000,
    standing: 'underway',
    needsPerson: false,
    causes: ['connector-saturation'],
    changes: [],
    runId: 'run-1',
    key: `run-1/m${no}`,
    text: `${environment}: ${happened}`,
    page: null,
    commands: [],
    ...parts,
  };
}
