import { connectorIn, serviceOfSubject, subjectFor } from '../../../src/steps/subjects.ts';
import type { SeenChange } from '../../../src/core/model/seen-change.ts';
import type { IncidentContext } from '../context.ts';
import { driftOf, notedIn, onlyLabels, toldOf } from './drift.ts';

/** What others have changed during the run, as looks and the admin log have shown it, whatever became of it. Pure. */

/** Of more things than this the newest are remembered. */
const REMEMBERED = 20;

type Seen = Readonly<Record<string, SeenChange>>;

/**
 * By subject the newest change that was not ours, with the look in it. One is known by its generation from the look on that shows it, and
 * by whom as soon as the log tells; what is no service and no connector of the run, by the log alone. Labels change nothing that serves.
 */
export function changesSeenAfter(context: IncidentContext): Seen {
  const { look, writing, lastWriteAt, changesSeen = {} } = context;
  if (look === null) return changesSeen;
  const isSettled = !writing && look.at > lastWriteAt;
  const drifted = isSettled ? [...driftOf(context), ...deployedElsewhere(context)] : [];
  const shown = drifted.map((subject): [string, SeenChange] => [subject, seenNow(context, subject)]);
  const logged = (look.adminChanges ?? [])
    .filter(({ subject }) => subject in changesSeen || !isCompared(subject))
    .map(({ subject, actor: by, at }): [string, SeenChange] => [subject, withAuthor(changesSeen[subject], { by, at })]);
  const all = { ...changesSeen, ...Object.fromEntries([...logged, ...shown]) };
  return Object.fromEntries(
    Object.entries(all)
      .toSorted(([, one], [, other]) => one.at - other.at)
      .slice(-REMEMBERED),
  );
}

/** Looks compare it with what the run knows: the log only adds whose change it was. */
function isCompared(subject: string): boolean {
  return /^(?:service|connector):/.test(subject);
}

/** Services that were changed in more than their labels, and that no step is about. */
export function deployedElsewhere(context: IncidentContext): readonly string[] {
  return notedIn(context)
    .filter((name) => !onlyLabels(context, name))
    .map(subjectFor);
}

/** The admin log is some seconds late: a change that holds nothing is told when it is known whose it is, or after two minutes. */
const AUTHOR_WITHIN_MS = 2 * 60_000;

export function awaitsAuthor(context: IncidentContext): boolean {
  const { look, changesSeen = {} } = context;
  const deployed = deployedElsewhere(context);
  return (
    deployed.length > 0 &&
    deployed.every((subject) => {
      const { by = null, at = 0 } = changesSeen[subject] ?? {};
      return by === null && (look?.at ?? 0) - at < AUTHOR_WITHIN_MS;
    })
  );
}

function seenNow({ look, changesSeen = {} }: IncidentContext, subject: string): SeenChange {
  const form = formOf(look, subject);
  const known = changesSeen[subject];
  const by = toldOf([subject], look?.foreignChange)?.actor ?? null;
  const logged = look?.adminChanges?.find((change) => change.subject === subject)?.actor ?? null;
  if (known === undefined || (known.form !== undefined && known.form !== form)) return { by: by ?? logged, at: look?.at ?? 0, form };
  return { ...known, by: by ?? known.by ?? logged, form };
}

/** The log tells of one that a look has shown by whom it was; the instant stays that of the look. */
function withAuthor(known: SeenChange | undefined, { by, at }: SeenChange): SeenChange {
  if (known === undefined) return { by, at };
  return known.form === undefined && at > known.at ? { by, at } : { ...known, by: known.by ?? by };
}

/** What tells one change of it from another. */
function formOf(look: IncidentContext['look'], subject: string): string {
  const name = serviceOfSubject(subject);
  const { services = {}, connectors = {} } = look?.configuration ?? {};
  return name === null ? JSON.stringify(connectors[connectorIn(subject)] ?? null) : (services[name] ?? '');
}
