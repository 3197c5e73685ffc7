import type { Unproven, ValidationReport } from '../../../src/core/model/verdict.ts';
import type { IncidentContext } from '../context.ts';
import { probesAlone, probesAloneWords } from './probes-alone.ts';
import { recurringWords } from './recurring.ts';
import { sayInstant } from '../people/say-instant.ts';

/** What keeps a recovery from being proven: which checks did not pass, since when and how often. Pure. */

interface Scope {
  readonly context: IncidentContext;
}

type Change = Partial<IncidentContext>;

const NAMED = 3;
const LONGEST = 240;
/** Validations in a row after which a human is told what only a human can mend. */
const TOLD_AFTER = 2;

/** Keeps the validation, counts what did not pass, and says once what no validation from here can prove. */
export function recordValidation({ context }: Scope, report: ValidationReport): Change {
  const unproven = unprovenAfter(context.validation?.unproven ?? {}, report);
  const shut = report.checks.filter(({ name, mend }) => mend !== undefined && (unproven[name]?.times ?? 0) >= TOLD_AFTER);
  const known = context.validation?.toldMends ?? [];
  const mends = [...new Set(shut.map(({ mend }) => mend ?? ''))];
  const toldMends = [...new Set([...known, ...mends])];
  const kept = { validation: { ...report, unproven, toldMends } };
  if (mends.every((mend) => known.includes(mend))) return kept;
  const names = shut.map(({ name }) => name).slice(0, NAMED);
  const more = shut.length > NAMED ? ` and ${shut.length - NAMED} more` : '';
  const words = `${context.target}: validation cannot pass from here: ${names.join(', ')}${more} did not reach the service in ${TOLD_AFTER} validations in a row, and nothing else says that users are served. A human is needed: ${mends.join('; ')}.`;
  return { ...kept, outbox: [...context.outbox, words] };
}

function unprovenAfter(before: Readonly<Record<string, Unproven>>, { at, checks }: ValidationReport): Readonly<Record<string, Unproven>> {
  const open = checks.filter(({ verdict, counts }) => verdict.outcome !== 'pass' && counts !== false);
  return Object.fromEntries(
    open.map(({ name, verdict }): [string, Unproven] => {
      const known = before[name];
      const because = verdict.because.slice(0, LONGEST);
      return [name, { because, since: known?.since ?? at, times: (known?.times ?? 0) + 1 }];
    }),
  );
}

/** Which checks keep the validation from passing, the critical and the most frequent first; '' when nothing does. */
export function unprovenWords({ validation }: IncidentContext): string {
  if (validation === null || validation.verdict.outcome === 'pass') return '';
  const rank = (name: string): number => (validation.checks.some((check) => check.name === name && check.critical) ? 1 : 0);
  const open = Object.entries(validation.unproven ?? {}).sort(([a, x], [b, y]) => rank(b) - rank(a) || y.times - x.times);
  if (open.length === 0) return validation.verdict.because;
  const said = open.slice(0, NAMED).map(([name, { because, since, times }]) => {
    const often = times === 1 ? `once, at ${sayInstant(since)}` : `${times} times since ${sayInstant(since)}`;
    return `${name}: ${because}, ${often}`;
  });
  return `${said.join('; ')}${open.length > NAMED ? `; and ${open.length - NAMED} more` : ''}`;
}

/** The time for the proof is over: what kept it from being had. */
export function overdueWords(context: IncidentContext): string {
  const within = hoursWords(context.settings.phases.validationMs);
  const { validation, look } = context;
  if (probesAlone(context).length > 0) return `validation did not pass within ${within}: ${probesAloneWords(context)}`;
  if (validation === null) return `no validation could be carried out within ${within}`;
  if (validation.verdict.outcome !== 'pass') return `validation did not pass within ${within}: ${unprovenWords(context)}`;
  const all = look?.gates['all'];
  const now = all === undefined || all.outcome === 'pass' ? '' : `; at ${sayInstant(look?.at ?? 0)}: ${all.because}`;
  const again = recurringWords(context);
  return `validation passed at ${sayInstant(validation.at)}, but the soak after it was not whole within ${within}${now}${again === '' ? '' : `; ${again}`}`;
}

/** The end of the validation in words for people; `words` themselves where nothing is open. */
export function withUnproven(context: IncidentContext, words: string): string {
  const open = unprovenWords(context);
  return open === '' || context.validation === null
    ? words
    : `${words} Validation did not pass at ${sayInstant(context.validation.at)}: ${open}.`;
}

function hoursWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
