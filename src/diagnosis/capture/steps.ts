import type { Cause, CauseKind } from '../../core/model/diagnosis.ts';

/** What the lines say about one step of the runbook; `open`: they do not speak against it, and cannot speak for it. */
export interface CaptureStep {
  readonly step: 'scale the connector' | 'pin the traffic to one revision' | 'deploy again';
  readonly decision: 'veto' | 'open';
  readonly reason: string;
}

type Reasons = readonly [connector: string, pin: string, deploy: string];

/** By cause: why it vetoes scaling, pinning, deploying; a reason that begins with `open:` does not. */
const REASONS: Readonly<Record<CauseKind, Reasons>> = {
  'application-crash': [
    'no capacity of the network mends an image that dies of itself',
    'pinning to the revision that dies sends everybody there; only one that is not seen dying may be pinned',
    'the same image dies the same way: only a mended image may be deployed',
  ],
  configuration: [
    'no capacity of the network mends a setting',
    'open: an older revision may still have the right setting',
    'open: with the mended setting, not with the same one',
  ],
  'name-resolution': [
    'EAI_AGAIN is the resolver, not the network path (gcp-facts 12.1)',
    'every revision asks the same resolver',
    'a new revision asks the same resolver, unless the name itself is written wrongly',
  ],
  'connector-saturation': [
    'open: lines show lost packets, but a change that cannot be undone needs the connector’s own figures first',
    'open: one warm revision instead of two takes load off the way',
    'a start-up storm on a way that loses packets fails, and loads it more',
  ],
  'database-unreachable': [
    'no line shows packets lost on the way through a connector, and the change cannot be undone',
    'it is the database that does not answer, whichever revision asks',
    'a new revision cannot mend the database; its start-up only asks it more',
  ],
  'connection-budget': [
    'connections run short at the database, not on the way',
    'open: one warm revision instead of two frees connections',
    'a start-up opens more connections than it needs later: it makes it worse first',
  ],
  'revision-contention': [
    'no capacity of the network mends two warm revisions',
    'open: one revision is what is wanted',
    'it would add a third revision',
  ],
  'certificate-or-routing': [
    'the way in is broken, not the network behind',
    'the way in is broken for every revision',
    'a new revision is behind the same way in, unless it brings the trusted certificates along',
  ],
  'quota-or-regional-shortage': [
    'Google refuses for quota or lack of room: asking for more is refused too',
    'open: fewer warm instances ask for less',
    'each start asks for more of what ran out',
  ],
  'provider-incident': ['it is Google’s to mend', 'it is Google’s to mend', 'it is Google’s to mend'],
  unknown: [
    'nothing in the lines speaks for a change that cannot be undone',
    'open: nothing in the lines speaks against it',
    'open: nothing in the lines speaks against it',
  ],
};

/** The steps of the runbook by the first cause; `cause` null: nothing is wrong, so nothing is to be done. */
export function stepsFor(cause: Cause | null): readonly CaptureStep[] {
  const steps: readonly CaptureStep['step'][] = ['scale the connector', 'pin the traffic to one revision', 'deploy again'];
  if (cause === null) return steps.map((step) => ({ step, decision: 'veto', reason: 'nothing in these lines is wrong' }));
  return steps.map((step, index) => {
    const reason = REASONS[cause.kind][index] ?? '';
    return reason.startsWith('open: ') ? { step, decision: 'open', reason: reason.slice(6) } : { step, decision: 'veto', reason };
  });
}
