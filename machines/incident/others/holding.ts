import type { ForeignChange } from '../activities.ts';
import { NO_STREAK } from '../context.ts';
import type { Held, IncidentContext } from '../context.ts';
import { driftOf, newsOf, toldOf, touchedBy } from './drift.ts';
import { instantOf } from '../events.ts';
import { inForceNow } from '../trial/in-force.ts';
import { capital, sentence } from '../../../src/core/sentence.ts';
import { WAITING } from '../../../src/core/reminder.ts';
import { followedWords, holdAnswers, whatFollowed } from './what-followed.ts';
import { subjectFor } from '../../../src/steps/subjects.ts';
import { illAgain } from '../health/relapse.ts';
import { sayInstant } from '../people/say-instant.ts';

/** What holds the run for a change by somebody else, and what people are told of it. Pure. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

/** A change by others holds every write, and not the looking: what they have made of it may prove itself. */
export function heldByHuman({ held }: IncidentContext): boolean {
  return held !== null && (held.human === true || held.change === null);
}

/** I2: a change that was not ours holds the run; seen while it is held already, it is added to what it is held for. */
export function holdForChange({ context, event }: Scope): Partial<IncidentContext> {
  const { look, held } = context;
  const subjects = driftOf(context);
  const told = toldOf(subjects, look?.foreignChange);
  const what = changeWords(subjects, told);
  const beside = `${besideWords(subjects, told)}${darkWords(context, subjects)}`;
  const who = told?.actor ?? null;
  const by = who === null ? '' : ` (by ${who})`;
  const byHuman = held?.human === true;
  const { count, isTold } = changesCounted(context, who);
  const now: Held = {
    by: byHuman ? held.by : (who ?? 'somebody else'),
    reason: byHuman ? `${held.reason}. Since then ${what}${by}${beside}` : `${what}${beside}`,
    human: byHuman,
    illTold: held?.illTold ?? illAgain(context),
    ...(held?.followed === undefined ? {} : { followed: held.followed }),
    at: held?.at ?? instantOf(event),
    change:
      look === null
        ? null
        : {
            subjects,
            touches: touchedBy(subjects, look.foreignChange),
            seen: look.configuration,
            toldAt: instantOf(event),
            count,
            by: who,
          },
  };
  const adopted = subjects.length === 1 && who !== null && context.adoptsFrom.includes(who);
  const decide = 'adopt, resume or abort';
  const asked = isOnlyNamed(context, held, who)
    ? `held since ${sayInstant(now.at)}: ${what}${by}${beside}, as is known now. The question is the same: ${decide}.`
    : `${heldWords(held, count, who)}: ${what}${by}${beside}. Decide: ${decide}.${againWords(count, who)}`;
  const words = adopted
    ? `${context.target}: ${what}${by}: adopted, as a human wishes of what ${who} changes during this run; planning again.`
    : `${context.target}: ${asked}`;
  return { held: now, streak: NO_STREAK, outbox: adopted || isTold ? [...context.outbox, words] : context.outbox };
}

/**
 * What fails while a change by others holds the run, and did not before, is told at once, and once more when the figures of users tell what it
 * is, or tell something else: whoever must decide about the change has to know what followed it. That it came of it is not said: it is
 * not known.
 */
export function tellIllWhileHeld(context: IncidentContext): Pick<IncidentContext, 'held' | 'outbox'> {
  const { held, outbox, look, target } = context;
  if (held === null || held.change === null || heldByHuman(context) || look === null) return { held, outbox };
  const ill = illAgain(context).filter((service) => !(held.illTold ?? []).includes(service));
  const { followed, isNews } = followedNow(context, held);
  const now = { ...held, ...(followed === undefined ? {} : { followed }) };
  if (ill.length === 0 && !isNews) return { held: followed === held.followed ? held : now, outbox };
  const why = ill.map((service) => look.gates[`healthy:${service}`]?.because ?? service).join('; ');
  const agreed =
    ill.length === 0
      ? ''
      : ` ${ill.join(', ')} ${ill.length === 1 ? 'is' : 'are'} ill by several looks, the last of ${sayInstant(look.at)}: ${why}.`;
  const figures = isNews ? ` ${sentence(capital(followedWords(context)))}` : '';
  const words = `${target}: ${WAITING}held since ${sayInstant(held.at)} for ${held.change.subjects.join(', ')}, changed by ${held.by}.${figures}${agreed} Nothing is changed before somebody decides: ${holdAnswers(context)}.`;
  return { held: { ...now, illTold: [...(held.illTold ?? []), ...ill] }, outbox: [...outbox, words] };
}

/** Two looks that say the same of what followed, and another than people were told. */
function followedNow(context: IncidentContext, { followed }: Held): { readonly followed?: Held['followed']; readonly isNews: boolean } {
  const key = whatFollowed(context)
    .map((one) => `${one.service} ${one.key}`)
    .join(' ');
  // Figures that are away for a look make nothing new of what was told.
  if (key === '' || key === followed?.told) return { ...(followed === undefined ? {} : { followed }), isNews: false };
  const isAgreed = followed?.seen === key;
  return { followed: { seen: key, told: isAgreed ? key : (followed?.told ?? null) }, isNews: isAgreed };
}

function changeWords(subjects: readonly string[], told: ForeignChange | null): string {
  if (told === null) return `${subjects.join(', ')} changed, not by this run`;
  return `${told.subject} was changed, not by this run: ${told.diff.join(' ')}`;
}

/** What is deployed where this run has given all traffic to one revision serves nobody: whoever deploys it must know. */
function darkWords(context: IncidentContext, subjects: readonly string[]): string {
  const { look, expected } = context;
  const given = inForceNow(context).flatMap(({ after }) => (after.kind === 'traffic' ? [after] : []));
  return given
    .filter(({ service }) => subjects.includes(subjectFor(service)))
    .filter(({ service }) => expected?.content?.[service] !== look?.configuration.content?.[service])
    .flatMap(({ service }) => {
      const shares = look?.configuration.traffic?.[service]?.filter(({ percent }) => percent > 0) ?? [];
      const [only] = shares;
      const isWhole = shares.length === 1 && only?.latest === false && only.revision !== null;
      return isWhole
        ? [`. What it deploys gets no traffic of ${service} while what this run has done stands: all of it goes to ${only.revision}`]
        : [];
    })
    .join('');
}

/** Of several the first is told as it was and is, and by whom; the others are named. */
function besideWords(subjects: readonly string[], told: ForeignChange | null): string {
  const others = told === null ? [] : subjects.filter((subject) => toldOf([subject], told) === null);
  return others.length === 0 ? '' : `; ${others.join(', ')} changed too, not by this run`;
}

/** What is new is said first. */
function heldWords(held: Held | null, count: number, who: string | null): string {
  if (held?.change == null) return 'held';
  if (count > (held.change.count ?? 1)) return 'still held, and it was changed again';
  return who === null ? 'still held' : `held for what ${who} has changed`;
}

/** How often what holds the run was changed: the third time and all further ones are counted, and no longer told one by one. */
function changesCounted(context: IncidentContext, who: string | null): { readonly count: number; readonly isTold: boolean } {
  const { held } = context;
  if (held?.change == null) return { count: 1, isTold: true };
  const { again, added } = newsOf(context, held.change);
  const count = (held.change.count ?? 1) + (again.length > 0 ? 1 : 0);
  const isNamed = who !== null && held.by === 'somebody else';
  return { count, isTold: count < 3 || added.length > 0 || isNamed };
}

/** The log tells whose change it was that was told before: an answer to it is no second question. */
function isOnlyNamed(context: IncidentContext, held: Held | null, who: string | null): boolean {
  if (held?.change == null || who === null || held.by !== 'somebody else') return false;
  const { again, added, gone } = newsOf(context, held.change);
  return again.length + added.length + gone.length === 0;
}

function againWords(count: number, who: string | null): string {
  if (count < 2) return '';
  const actor = who ?? 'whoever deploys';
  const adopt = who === null ? '' : `, or \`firebreak adopt --from ${asArgument(who)}\` accepts what ${who} changes during this run`;
  return ` It was changed again while the run is held: pause the pipeline of ${actor}${adopt}. Further changes are counted, not told one by one.`;
}

/** As a shell takes it for one word: a federated identity chooses its own name, and the command is there to be copied. */
function asArgument(text: string): string {
  return /^[\w.@:/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
