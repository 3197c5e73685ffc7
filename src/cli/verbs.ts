import { abort } from './abort.ts';
import { adopt } from './adopt.ts';
import { approve } from './approve.ts';
import type { Verb } from './deps.ts';
import { hold } from './hold.ts';
import { resume } from './resume.ts';
import { retry } from './retry.ts';
import { rollback } from './rollback.ts';
import { simulate } from './simulate.ts';
import { skip } from './skip.ts';
import { status } from './status.ts';
import { why } from './why.ts';

/** The verbs that look at a run and steer it from another shell, in the order of the help. */
export const steeringVerbs: readonly Verb[] = [status, why, approve, hold, resume, adopt, skip, retry, rollback, abort];

/** The simulator on a port. */
export const simulatorVerbs: readonly Verb[] = [simulate];
