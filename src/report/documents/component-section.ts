import type { Cure } from '../../core/model/diagnosis.ts';
import type { PlanStep } from '../../core/model/plan.ts';
import { nameIn } from '../../steps/index.ts';
import { checklist, code, commands, list, plain } from '../markdown.ts';
import { instant, outcomeWords, timeOfDay } from '../formatting.ts';
import { checkWords, isOpen, titleOf } from './checks.ts';
import { KIND_WORDS } from './components.ts';
import type { Component, DiagnosedCause } from './components.ts';
import { lookCommands } from './look-commands.ts';
import type { Story } from './story.ts';

/** What takes each kind of reason away, for those who can. */
export const CURES: Readonly<Record<Cure, string>> = {
  image: 'another image',
  setting: 'another setting, secret or address that is given to the program',
  resources: 'more memory, cpu or instances',
  account: 'a role for an account',
  capacity: 'more room where it ran out (connections, connector, quota)',
  network: 'a mended way through the network around it',
  'way-out': 'another way out to public addresses (Cloud NAT and its ports, egress)',
  database: 'the database itself',
  google: 'Google',
  'third-party': 'whoever runs the API that is called',
  wait: 'time alone',
};

/** One component: how it stands, what to do as boxes to tick, and the commands to look at it and to mend it. */
export function componentSection(component: Component, story: Story): string {
  const { kind, name, checks, causes, changes } = component;
  const standing = [
    ...causes.map(causeWords),
    ...checks.filter(isOpen).map((check) => `${titleOf(check)}: ${checkWords(check)}`),
    ...changes.map(
      (change) =>
        `Changed ${timeOfDay(change.at)}: ${change.title}: ${outcomeWords(change)}${change.since === undefined ? '' : `; ${change.since}`}`,
    ),
  ];
  const passing = checks.filter((check) => !isOpen(check)).length;
  const well =
    passing === 0
      ? []
      : [checks.length === 1 ? 'Its one check passes' : `${passing} of its ${checks.length} checks ${passing === 1 ? 'passes' : 'pass'}`];
  const looks = lookCommands(component, story.place);
  const open = openSteps(component, story);
  return [
    `### ${KIND_WORDS[kind]} ${code(name)}`,
    list([...standing, ...well].map(plain)),
    checklist(actions(component, open, looks.length > 0).map(plain)),
    ...(looks.length === 0 ? [] : ['To look at it:', commands(looks)]),
    ...open.flatMap((step) => [
      `To mend it (${plain(step.title)}; ${plain(decisionWords(step))}):`,
      commands([`# undo: ${oneLine(step.rollback)}`, ...step.commands]),
    ]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function causeWords({ summary, at, standsAt }: DiagnosedCause): string {
  const gone = standsAt === null ? '' : ` (not named any more by the diagnosis of ${instant(standsAt)})`;
  return `Diagnosed ${instant(at)}: ${summary}${gone}`;
}

function actions({ causes, checks, changes }: Component, open: readonly PlanStep[], canLook: boolean): readonly string[] {
  const cures = [...new Set(causes.flatMap((cause) => cause.cures ?? []))];
  return [
    ...(canLook ? ['Look at it with the commands below: is it still so?'] : ['Look at it: no command for it is known here']),
    ...(cures.length === 0 ? [] : [`Find out which of these it needs: ${cures.map((cure) => CURES[cure]).join('; ')}`]),
    ...open.map((step) => `Decide on: ${step.title} (${decisionWords(step)}; reaches ${step.blastRadius})`),
    ...changes.filter(({ outcome }) => outcome === 'pending').map(({ title }) => `Find out how this ended: ${title}`),
    ...checks.filter(isOpen).map((check) => `See it pass: ${titleOf(check)}`),
  ];
}

/** Steps of the newest plan about this component that are not done. */
function openSteps({ kind, name, changes }: Component, { plan }: Story): readonly PlanStep[] {
  const isDone = (step: PlanStep): boolean =>
    changes.some(({ stepId, outcome, since }) => stepId === step.id && outcome !== 'failed' && since === undefined);
  const isIts = (step: PlanStep): boolean => (kind === 'service' || kind === 'network') && nameIn(step.id) === name;
  return (plan?.steps ?? []).filter((step) => isIts(step) && !isDone(step) && step.commands.length > 0);
}

function decisionWords({ decision, reason, class: its }: PlanStep): string {
  const way = its === 'irreversible' ? ', CANNOT BE UNDONE' : '';
  if (decision === 'apply') return `planned by this run and not carried out${way}`;
  return `${decision === 'veto' ? 'vetoed' : 'left out'} by this run: ${reason.replace(/\.$/, '')}${way}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
