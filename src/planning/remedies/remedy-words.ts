import type { Cause, Cure } from '../../core/model/diagnosis.ts';
import type { LogGroup } from '../../core/model/observation.ts';
import { curesFor, sayCures } from '../../diagnosis/cures.ts';
import { factOf, recentInUse } from '../../diagnosis/finding.ts';
import { quoted } from '../../diagnosis/logs/sample.ts';
import { evidenceOf } from '../../diagnosis/observation-queries.ts';
import { signatureOf } from '../../diagnosis/signatures.ts';
import { LIKELY_FROM } from '../cures-brought.ts';
import type { PlanScope } from '../step-decisions.ts';
import { holdersWords } from './holders.ts';
import { commandsFor } from './mending-commands.ts';

/** What people are told of a trouble that no step of the document mends, before what was left out: the line that says it, who mends it, by what. */

/** Who has each cure in hand. */
const WHO: Readonly<Record<Cure, string>> = {
  image: 'whoever builds and deploys its image',
  setting: 'whoever keeps its settings and secrets',
  resources: 'whoever sets its memory, cpu and instances',
  account: 'whoever grants roles in the project',
  capacity: 'whoever sets the bounds and quotas there',
  network: 'whoever runs its network',
  'way-out': 'whoever runs its way out of the network',
  database: 'whoever runs the database',
  google: 'Google',
  'third-party': 'whoever runs the API that is called',
  wait: '',
};

/** By mechanism, what mends it where that is known more exactly than its cures; people may have more than one way. */
const MENDED_BY: Readonly<Record<string, string>> = {
  'memory-limit': 'more memory, or an image that needs less',
  'access-refused': 'the password, name or right that is refused, put right in its settings and secrets or at the callee',
  'missing-setting': 'the setting, secret or mount that is missing',
  'missing-role': 'the permission that is missing, granted to its runtime account',
  'no-available-instance': 'a larger maximum of instances, as far as what they call bears it, or starts that are quicker',
  'secret-version': 'that version enabled again, or another one named',
};

/** `It says “…”. What mends it is more memory…: whoever…; gcloud run services update …. `; '' where no mechanism is likely, or none of its cures is known. */
export function remedyWords(scope: PlanScope, cause: Cause | undefined): string {
  if (cause === undefined || cause.confidence < LIKELY_FROM || curesFor(cause).length === 0) return '';
  const holders = holdersWords(scope, cause);
  if (holders !== '') return holders;
  const groups = behind(scope, cause);
  const line = lineOf(groups, cause);
  const commands = commandsFor(scope, groups);
  const by = commands.length === 0 ? '' : `; ${commands.join('; ')}`;
  return `${line === null ? '' : `It says ${line}. `}What mends it is ${MENDED_BY[groups[0]?.signature ?? ''] ?? sayCures(cause)}: ${whoWords(cause, groups)}${by}. `;
}

/** The log lines that the cause stands on: those that name a mechanism first, then the most frequent. */
function behind({ observation }: PlanScope, cause: Cause): readonly LogGroup[] {
  const told = new Set(cause.evidence.map(({ text }) => text));
  return recentInUse(observation)
    .filter((group) => evidenceOf([group]).some(({ text }) => told.has(text)))
    .toSorted((a, b) => Number(isReason(b)) - Number(isReason(a)) || b.count - a.count);
}

function isReason({ signature }: LogGroup): boolean {
  return signatureOf(signature)?.role === 'reason';
}

/** What a program said, redacted as every sample is; the platform's own sentences stand in the summary by their figures. */
function lineOf(groups: readonly LogGroup[], { summary }: Cause): string | null {
  const said = groups.find(
    (group) => isReason(group) && signatureOf(group.signature)?.platform !== true && !summary.includes(group.sample),
  );
  return said === undefined ? null : quoted(said.sample);
}

function whoWords(cause: Cause, groups: readonly LogGroup[]): string {
  const host = factOf(groups, 'host');
  const who = curesFor(cause).map((cure) => (cure === 'third-party' && host !== '' ? `whoever runs ${host}` : WHO[cure]));
  const people = [...new Set(who)].filter((words) => words !== '');
  return people.length === 0 ? 'nobody has to' : people.join(', or ');
}
