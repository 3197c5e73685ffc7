import type { Cause } from '../../core/model/diagnosis.ts';
import { curesFor, sayCures } from '../cures.ts';

/** What the lines say about one step of the runbook; `open`: they do not speak against it, and cannot speak for it. */
export interface CaptureStep {
  readonly step: 'scale the connector' | 'pin the traffic to one revision' | 'deploy again';
  readonly decision: 'veto' | 'open';
  readonly reason: string;
}

/** What else the capture shows: a revision that serves well beside one that fails, and whether the trouble is over. */
export interface CaptureContext {
  readonly servesWell: string | null;
  readonly isOver: boolean;
  /** Whether containers were counted that died of the first cause. */
  readonly dies: boolean;
}

type Decision = Omit<CaptureStep, 'step'>;

const veto = (reason: string): Decision => ({ decision: 'veto', reason });
const open = (reason: string): Decision => ({ decision: 'open', reason });

/** The steps of the runbook by what cures the first cause; `cause` null: nothing is wrong, so nothing is to be done. */
export function stepsFor(
  cause: Cause | null,
  around: CaptureContext = { servesWell: null, isOver: false, dies: false },
): readonly CaptureStep[] {
  const all = (reason: string): readonly Decision[] => [veto(reason), veto(reason), veto(reason)];
  const decisions =
    cause === null
      ? all('nothing in these lines is wrong')
      : around.isOver
        ? all('it is over in these lines: a change now would mend nothing')
        : [connector(cause), pin(cause, around), deploy(cause, around.dies)];
  const steps = ['scale the connector', 'pin the traffic to one revision', 'deploy again'] as const;
  return steps.map((step, index) => ({ step, ...(decisions[index] ?? veto('')) }));
}

function connector(cause: Cause): Decision {
  if (cause.kind === 'unknown') return veto('nothing in the lines speaks for a change that cannot be undone');
  if (cause.kind === 'connector-saturation')
    return open('lines show lost packets, but a change that cannot be undone needs the connector’s own figures first');
  return veto(`no capacity of the network mends it: what cures it is ${sayCures(cause)}, and scaling cannot be undone`);
}

function pin(cause: Cause, { servesWell, dies }: CaptureContext): Decision {
  const cures = curesFor(cause);
  if (servesWell !== null) return open(`${servesWell} serves well beside it: the traffic may go there`);
  if (cause.kind === 'unknown') return open('nothing in the lines speaks against it');
  if (cause.kind === 'application-crash')
    return dies
      ? veto('pinning to the revision that dies sends everybody there; only one that is not seen dying may be pinned')
      : veto('pinning to the revision with this fault sends everybody to it; only one that is not seen failing may be pinned');
  if (cause.kind === 'connector-saturation' || cause.kind === 'connection-budget' || cause.kind === 'revision-contention')
    return open('one warm revision instead of two takes load off what runs short');
  if (cures.includes('setting') && cause.kind === 'configuration') return open('an older revision may still have the right setting');
  return veto(`no other revision is seen to be spared: what cures it is ${sayCures(cause)}`);
}

function deploy(cause: Cause, dies: boolean): Decision {
  const cures = curesFor(cause);
  if (cause.kind === 'unknown') return open('nothing in the lines speaks against it');
  if (cures.includes('resources'))
    return open('with more memory, cpu or instances, or with a program that needs less; not with the same limits');
  if (cures.includes('setting')) return open('with the mended setting, not with the same one');
  if (cures.includes('image') && cause.kind === 'application-crash')
    return veto(`the same image ${dies ? 'dies the same way' : 'has the same fault'}: only a mended image may be deployed`);
  if (cures.includes('image')) return open('with an image that fits');
  return veto(`a new revision brings nothing of what cures it (${sayCures(cause)}), and its start-up only asks for more`);
}
