import { HOUR, sayDuration } from '../../core/duration.ts';
import { quoted } from '../../core/shell.ts';
import { checklist, commands, fenced, list, page, plain, rows, section } from '../markdown.ts';
import { damageLine, HOW_SHARED, indicatorRows, instant, likelihood, sharesOf, timeOfDay, timesWords } from '../formatting.ts';
import { annotationLines } from '../annotations.ts';
import { reachWords } from '../reach-words.ts';
import { checkWords, titleOf } from './checks.ts';
import { componentSection } from './component-section.ts';
import { lookCommands, checkCommands, openCommand } from './look-commands.ts';
import { askedLines, causeLine, doneLine, escalationLines, nextMessageLine, openLines, rehearsalLine, standingLine } from './standing.ts';
import { inForceSection, notDoneSection, triedSection } from './changes-section.ts';
import { signOffSection } from './sign-off-section.ts';
import { storyOf } from './story.ts';
import { ended } from './update.ts';
import type { Story, Told } from './story.ts';

/** The document for the team that takes the incident over: everything that it needs to go on without this program. Markdown; pure. */
export function renderHandoff(told: Told): string {
  const story = storyOf(told);
  return page([
    head(story),
    section('Affected components', ...story.components.map((component) => componentSection(component, story))),
    section('Evidence', evidence(story)),
    triedSection(story),
    inForceSection(story),
    notDoneSection(story),
    section('Watch it', watch(story)),
    section('Validate it', validate(story)),
    section('Success criteria', criteria(story)),
    section('Validation within one hour of a fix', deadline(story)),
    section('Communication', communication(story)),
    section('Timeline (UTC)', timeline(story)),
    section('What could not be seen', list(story.report.unknowns.map(plain))),
    signOffSection(story),
  ]);
}

function head(story: Story): string {
  const { place, report, asOf, runId } = story;
  const notes = [rehearsalLine(story), damageLine(report)].filter((line) => line !== null);
  const facts = [
    standingLine(story),
    ...askedLines(story).map((line, index) => (index === 0 ? `It asks a person: ${line}` : line)),
    ...annotationLines(report.annotations),
    causeLine(story),
    doneLine(story),
    ...openLines(story).map((line) => `Now: ${ended(line)}`),
    `Made from the journal of run ${runId}${asOf === null ? '' : ` up to ${instant(asOf)}`}; all times are UTC.`,
  ];
  const unknown = place.known ? [] : ['Project and region are not told in this journal: replace PROJECT and REGION in the commands.'];
  return [
    `# Handoff: ${plain(place.known ? `${place.name} (${place.project}, ${place.region})` : place.name)}`,
    ...notes.map((line) => `**${plain(line)}**`),
    list([...facts, ...unknown].map(plain)),
  ].join('\n\n');
}

function evidence({ report, diagnosis, place }: Story): string {
  const found = diagnosis !== null && !diagnosis.healthy ? diagnosis : report.diagnosis;
  if (found === null || found.causes.length === 0) return 'No cause was found, so there is no evidence of one.';
  const shares = sharesOf(found.causes);
  const causes = found.causes.map((cause, index) => [
    cause.kind,
    cause.subject,
    likelihood(cause),
    ...(shares === null ? [] : [shares[index] ?? '']),
    cause.summary,
  ]);
  const lines = found.causes.flatMap((cause) => cause.evidence);
  const opening = lines.map((line) => openCommand(line, place)).filter((command) => command !== null);
  return [
    `Of the diagnosis of ${instant(found.at)}.`,
    rows(['cause', 'of', 'how sure', ...(shares === null ? [] : ['share']), 'what'], causes),
    ...(shares === null ? [] : [plain(HOW_SHARED)]),
    rows(
      ['measured', 'source', 'what it says'],
      lines.map(({ at, source, text }) => [at === null ? 'no time given' : instant(at), source, text]),
    ),
    list(found.whys.map(({ why, because }) => `${plain(why)} ${plain(because)}`)),
    ...(opening.length === 0 ? [] : ['To open these lines:', commands([...new Set(opening)])]),
  ].join('\n\n');
}

function watch({ components, place, services }: Story): string {
  const watched = components.length > 0 ? components : services.map((name) => ({ kind: 'service' as const, name }));
  const all = watched.flatMap((component) => lookCommands(component, place));
  return [
    'With the document at hand, one line a look:',
    commands(['firebreak monitor']),
    ...(all.length === 0 ? [] : ['Without it:', commands([...new Set(all)])]),
  ].join('\n\n');
}

function validate({ checks, services, place, validation }: Story): string {
  const byHand = checkCommands(checks, services, place);
  const last =
    validation === null
      ? 'No validation was made in this run.'
      : `Last validation, ${instant(validation.at)}: ${validation.verdict.outcome}: ${validation.verdict.because}.`;
  return [
    plain(last),
    commands(['firebreak validate']),
    ...(byHand.length === 0 ? [] : ['By hand, what its checks ask:', commands(byHand)]),
  ].join('\n\n');
}

/** What must hold before this is over: every gate and every check, each with how it stands. */
function criteria({ checks, settings }: Story): string {
  if (checks.length === 0) return 'Nothing was measured in this run, so there are no criteria from it: take those of the document.';
  const said = checks.map((check) => {
    const weight = check.from === 'validation' && !check.critical ? ' (not critical)' : '';
    return plain(`${titleOf(check)}${weight}: ${checkWords(check)}`);
  });
  const soak = settings.soakForMs === undefined ? [] : [`All of it holds for ${sayDuration(settings.soakForMs)} without a break`];
  return checklist([...said, ...soak]);
}

function deadline({ changedAt, validation, place }: Story): string {
  const validated = validation !== null && changedAt !== null && validation.at >= changedAt;
  const own =
    changedAt === null
      ? 'This run has changed nothing, so no deadline runs from it.'
      : validated
        ? `Last change of this run: ${instant(changedAt)}; validated at ${instant(validation.at)}, ${sayDuration(validation.at - changedAt)} later: ${validation.verdict.outcome}.`
        : `Last change of this run: ${instant(changedAt)}; to be validated by ${instant(changedAt + HOUR)}. No validation was made after it.`;
  return [
    plain(own),
    checklist([
      `Fix in force at (UTC): ____________ by: ____________ in ${plain(place.project)}`,
      'Validated at (UTC), at most one hour later: ____________',
      'Result: ____________; if it fails, the fix is undone or the incident is escalated again',
    ]),
  ].join('\n\n');
}

function communication(story: Story): string {
  const { report, settings } = story;
  const every = settings.tellEveryMs;
  const words = [
    every === undefined
      ? 'How often people are told is not recorded in this journal.'
      : `Progress every ${sayDuration(every)}; at once when something is changed, asked, escalated or over.`,
    nextMessageLine(story),
  ];
  const told = report.told.map((message) => [instant(message.at), reachWords(message), message.text]);
  const support = escalationLines(story);
  return [
    list(words.map(plain)),
    'A message that is ready to be sent:',
    commands([`firebreak report ${quoted(story.runId)} --format update --state ${quoted(story.state)}`]),
    support.map(plain).join('\n\n'),
    fenced(report.escalation?.text ?? ''),
    rows(['told at', 'to', 'what'], told),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function timeline({ report }: Story): string {
  return [
    rows(['indicator', 'first look', 'wholly after the last change'], indicatorRows(report)),
    rows(
      ['time', 'phase', 'what'],
      report.timeline.map((entry) => [timeOfDay(entry.at), entry.phase ?? '', `${entry.text}${timesWords(entry)}`]),
    ),
  ].join('\n\n');
}
