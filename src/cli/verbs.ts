import { abort } from './verbs/abort.ts';
import { adopt } from './verbs/adopt.ts';
import { approve } from './verbs/approve.ts';
import { completion, man } from './verbs/completion.ts';
import type { Verb } from './deps.ts';
import { hold } from './verbs/hold.ts';
import { link } from './verbs/link.ts';
import { report } from './verbs/report.ts';
import { resume } from './verbs/resume.ts';
import { retry } from './verbs/retry.ts';
import { rollback } from './verbs/rollback.ts';
import { serve } from './verbs/serve.ts';
import { signOff } from './verbs/sign-off.ts';
import { simulate } from './verbs/simulate.ts';
import { skip } from './verbs/skip.ts';
import { status } from './verbs/status.ts';
import { why } from './verbs/why.ts';

/** The verbs that look at a run and steer it from another shell, in the order of the help. */
export const steeringVerbs: readonly Verb[] = [
  status,
  why,
  report,
  serve,
  link,
  approve,
  hold,
  resume,
  adopt,
  skip,
  retry,
  rollback,
  abort,
  signOff,
];

/** Those behind the tools of `mcp`, beside the ones that look at the cloud: they read, or lower a risk. */
export const toolVerbs: readonly Verb[] = [status, why, report, link, hold];

/** The simulator on a port. */
export const simulatorVerbs: readonly Verb[] = [simulate];

/** What is made of the help of all others. */
export const shellVerbs: readonly Verb[] = [completion, man];
