import { list, checklist, page, plain, rows, section } from '../markdown.ts';
import {
  damageLine,
  FIGURES_REACH,
  HOW_SHARED,
  indicatorRows,
  instant,
  likelihood,
  sharesOf,
  timeOfDay,
  timesWords,
} from '../formatting.ts';
import { annotationLines } from '../annotations.ts';
import { checkWords, checksOf, isOpen, titleOf } from './checks.ts';
import type { Check } from './checks.ts';
import { inForceSection, triedSection } from './changes-section.ts';
import { KIND_WORDS } from './components.ts';
import type { Component, DiagnosedCause } from './components.ts';
import { CURES } from './component-section.ts';
import { signOffSection } from './sign-off-section.ts';
import { causeLine, doneLine, escalationLines, openLines, rehearsalLine, standingLine } from './standing.ts';
import { storyOf } from './story.ts';
import type { Story, Told } from './story.ts';
import { ended } from './update.ts';

/** What was, what is, what addressed which cause, what was undone, what keeps it from coming again. Markdown; pure. */
export function renderResolution(told: Told): string {
  const story = storyOf(told);
  return page([
    head(story),
    section('Before and after', beforeAfter(story)),
    section('Root causes, and what addressed each', causes(story)),
    triedSection(story),
    inForceSection(story),
    section('Prevention', prevention(story)),
    section('What would have been faster', list(story.report.faster.map(plain))),
    section('What could not be seen', list(story.report.unknowns.map(plain))),
    section('Timeline (UTC)', timeline(story)),
    signOffSection(story),
  ]);
}

/** `Resolved` is said only of a run that proved it itself. */
function head(story: Story): string {
  const { place, report } = story;
  const word = report.outcome === 'recovered' ? 'Resolved' : 'NOT resolved';
  const notes = [rehearsalLine(story), damageLine(report)].filter((line) => line !== null);
  const facts = [
    standingLine(story),
    ...annotationLines(report.annotations),
    causeLine(story),
    doneLine(story),
    ...openLines(story),
    ...(report.escalation === null ? [] : escalationLines(story)),
  ];
  return [
    `# ${word}: ${plain(place.known ? `${place.name} (${place.project}, ${place.region})` : place.name)}`,
    ...notes.map((line) => `**${plain(line)}**`),
    list(facts.map((line) => plain(ended(line)))),
  ].join('\n\n');
}

/** The figures of the first look against those wholly after the last change, and each check likewise. */
function beforeAfter(story: Story): string {
  const first = new Map(checksOf(upToFirstLook(story)).map((check) => [check.name, check]));
  const body = story.checks.map((check) => [titleOf(check), firstWords(first.get(check.name), check), afterWords(check, story)]);
  return [
    rows(['indicator', 'first look', 'now'], indicatorRows(story.report)),
    plain(
      story.changedAt === null
        ? 'This run has changed nothing: the figures of now are those of the newest look.'
        : `Figures of now lie wholly after the last change (${instant(story.changedAt)}); what was not measured since is said so.`,
    ),
    rows(['check', 'first', 'now'], body),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function upToFirstLook({ lines }: Story): Story['lines'] {
  const first = lines.findIndex(({ event }) => event === 'observe.done');
  return first < 0 ? [] : lines.slice(0, first + 1);
}

function firstWords(first: Check | undefined, { from }: Check): string {
  if (first !== undefined) return `${first.outcome} (${timeOfDay(first.at)})`;
  return from === 'validation' ? 'not asked at the first look' : 'not measured';
}

/** What passes by figures that may reach back before the last change says nothing of after it; a failure is said as it was seen. */
function afterWords(check: Check, { changedAt }: Story): string {
  const reach = check.from === 'look' ? FIGURES_REACH : 0;
  const isOld = changedAt !== null && check.at - reach < changedAt;
  if (isOld && (!isOpen(check) || check.at < changedAt)) return `not measured since the last change (${timeOfDay(changedAt)})`;
  return checkWords(check);
}

function causes(story: Story): string {
  const all = story.components.flatMap((component) => component.causes.map((cause) => ({ component, cause })));
  if (all.length === 0) return 'No cause was found.';
  const shares = sharesOf(story.report.diagnosis?.causes ?? []);
  const shareOf = ({ kind, subject }: DiagnosedCause): string => {
    const index = story.report.diagnosis?.causes.findIndex((one) => one.kind === kind && one.subject === subject) ?? -1;
    return shares?.[index] ?? 'not in the first diagnosis';
  };
  const body = all.map(({ component, cause }) => [
    `${cause.kind}: ${cause.summary}`,
    `${KIND_WORDS[component.kind]} ${component.name}`,
    likelihood(cause),
    ...(shares === null ? [] : [shareOf(cause)]),
    addressedBy(component),
    standsWords(cause, component, story),
  ]);
  return [
    rows(['cause', 'of', 'how sure', ...(shares === null ? [] : ['share']), 'changes of the run to it', 'does it stand'], body),
    ...(shares === null ? [] : [plain(`${HOW_SHARED} Of the first diagnosis that found something.`)]),
    'That a change was made to what a cause is about does not prove that it mended it.',
  ].join('\n\n');
}

function addressedBy({ changes }: Component): string {
  const made = changes.filter(({ outcome }) => outcome === 'applied');
  if (made.length === 0) return 'none by this run';
  return made.map(({ title, at, since }) => `${title} (${timeOfDay(at)}${since === undefined ? '' : `; ${since}`})`).join('; ');
}

/** By a diagnosis made after the last change, else by the checks of the component; else it is not known. */
function standsWords(cause: DiagnosedCause, { checks }: Component, { diagnosis, changedAt }: Story): string {
  const isAfter = diagnosis !== null && changedAt !== null && diagnosis.at > changedAt;
  if (isAfter && cause.standsAt === null) return `named again at ${instant(cause.at)}, after the last change`;
  if (isAfter) return `not named by the diagnosis of ${instant(diagnosis.at)}, after the last change`;
  const since = checks.filter(({ at }) => changedAt === null || at > changedAt);
  if (since.length === 0) return 'not known: neither diagnosed nor checked again after the last change';
  const open = since.filter(isOpen);
  const checked = `its ${since.length === 1 ? 'check' : `${since.length} checks`}`;
  return open.length === 0
    ? `not diagnosed again after the last change; ${checked} passed by ${instant(Math.max(...since.map(({ at }) => at)))}`
    : `not diagnosed again after the last change; ${open.length} of ${checked} did not pass`;
}

/** Only what follows from this run: what to write down, to measure, to mend for good. */
function prevention(story: Story): string {
  const cures = story.components.flatMap(({ causes: found, name }) =>
    found.map(({ kind, cures: needed = [] }) => ({ name, kind, needed: needed.map((cure) => CURES[cure]) })),
  );
  const items = [
    ...story.inForce.map(({ title }) => `Carry into the configuration of record, or it is lost with the next apply: ${title}`),
    ...cures
      .filter(({ needed }) => needed.length > 0)
      .map(({ name, kind, needed }) => `Take the cause away for good (${name}, ${kind}): ${needed.join('; or ')}`),
    ...story.open.map((check) => `Mend: ${titleOf(check)}: ${checkWords(check)}`),
    ...story.report.unknowns.map((unknown) => `Make it measurable: ${unknown}`),
    ...story.report.warnings.map((warning) => `Known at the start and still to be mended, unless it has been since: ${warning}`),
    'Watch the headroom on a schedule: firebreak capacity --cron',
  ];
  return checklist(items.map(plain));
}

function timeline({ report }: Story): string {
  return rows(
    ['time', 'phase', 'what'],
    report.timeline.map((entry) => [timeOfDay(entry.at), entry.phase ?? '', `${entry.text}${timesWords(entry)}`]),
  );
}
