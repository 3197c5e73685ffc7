import { locatedOf } from '../../core/region.ts';
import { workloadWords } from '../../core/model/workloads.ts';
import { measuredEvidence } from '../finding.ts';
import { judgeWorkload } from '../workloads.ts';
import type { Check } from './check.ts';

/** Jobs whose executions fail on end, and worker pools that are not ready. Firebreak changes neither. */
export const checkWorkloads: Check = ({ workloads = [] }, { project, region: home }) =>
  workloads.flatMap((seen) => {
    const { outcome, because } = judgeWorkload(seen);
    if (outcome !== 'fail') return [];
    const { name, region } = locatedOf(seen.name, home);
    const what = seen.kind === 'job' ? 'jobs' : 'worker-pools';
    return [
      {
        check: 'workloads',
        severity: 'risk',
        subject: workloadWords(seen),
        what: because,
        change: `mend what it says by itself: gcloud run ${what} describe ${name} --project=${project} --region=${region}`,
        evidence: [measuredEvidence(seen.state, because)],
      },
    ];
  });
