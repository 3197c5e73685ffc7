import { describe } from 'vitest';
import { testTakeovers } from './records/goes-on.ts';
import { formerRuns } from './records/records.ts';

describe.each(['0.1.0-115ca79'])('a run saved by %s, at every state in which a runbook can stand', (release) =>
  testTakeovers(formerRuns(release)),
);
