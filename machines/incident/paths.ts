import { ASIDE, RAIL } from './people/rail.ts';

/**
 * Where a run stood, as its journal and its status keep it: the paths of its innermost states, `working.runbook.proving.soaking`.
 * Whoever reads them asks here and spells no state. Journals of former versions are read, too. Pure.
 */
type Paths = readonly string[];

/** All that is asked here, by its path in the chart; a test holds them to it. */
export const ASKED = {
  hold: 'operator.held',
  plan: 'runbook.assessing.awaitingApproval',
  question: 'runbook.awaitingOperator',
  share: 'runbook.awaitingShare',
  escalated: 'escalation.escalated',
  restoring: 'runbook.restoring',
} as const;

/** The same in charts of former versions. */
const FORMERLY_ESCALATED = ['escalation.openingCase', 'escalation.caseOpen'];

/** Regions beside the runbook in these states have nothing to say. */
export const AT_REST = ['operator.active', 'escalation.watching', 'escalation.resting'] as const;

/** Nothing is written until a human lets it go on. */
export function isHeldAt(states: Paths): boolean {
  return isIn(states, ASKED.hold);
}

/** Handed over to people, or to Google Cloud Support. */
export function isEscalatedAt(states: Paths): boolean {
  return [ASKED.escalated, ...FORMERLY_ESCALATED].some((path) => isIn(states, path));
}

/** Traffic is being put back as it was before the run. */
export function isRestoringAt(states: Paths): boolean {
  return isIn(states, ASKED.restoring);
}

/** What a human is asked: for a yes to the plan, a question of the plan or of a failure, or what to do about a hold. */
export type Waits = 'plan' | 'question' | 'hold';

/** What waits for a human; null: nothing. */
export function waitsAt(states: Paths): Waits | null {
  if (isIn(states, ASKED.share)) return 'question';
  return (['question', 'plan', 'hold'] as const).find((waits) => isIn(states, ASKED[waits])) ?? null;
}

/**
 * What a run spends its time on: `acting` by itself, waiting for Google to carry out what it has accepted, for evidence of an effect or a
 * need, for proof that it stays well, for people, or, when it is handed over, for whoever has it.
 */
export type Clock = 'acting' | 'google' | 'evidence' | 'proof' | 'people' | 'handed-over';

/** By the innermost state of the runbook; one that is not named here acts. */
const CLOCKS: Readonly<Record<string, Clock>> = {
  ...each('google', ['checkingAgain', 'pausing', 'connectorBusy', 'applying', 'applyingAgain', 'starting', 'startingAgain', 'puttingBack']),
  ...each('evidence', ['observing', 'waitingForReason', 'judgingConnector', 'judgingBounds', 'judgingPin', 'settling']),
  ...each('evidence', ['waitingForDependency', 'weighing']),
  ...each('proof', [
    'probingDark',
    'judgingCanary',
    'judgingPinShare',
    'stabilizing',
    'validating',
    'validatingAgain',
    'soaking',
    'settlingBack',
  ]),
  ...each('people', [
    'awaitingApproval',
    'awaitingOperator',
    'awaitingShare',
    'waitingForRelease',
    'waitingToGoOn',
    'waitingToShift',
    'waitingToPin',
  ]),
  ...each('people', ['waitingForThaw']),
  following: 'handed-over',
  watching: 'handed-over',
  proven: 'handed-over',
};

function each(clock: Clock, states: readonly string[]): Readonly<Record<string, Clock>> {
  return Object.fromEntries(states.map((state) => [state, clock]));
}

/** Whose time passes in these states. A hold is for people to end, whatever the runbook would do. */
export function clockAt(states: Paths): Clock {
  if (isHeldAt(states)) return 'people';
  const inside = insideRunbook(states);
  return CLOCKS[inside?.at(-1) ?? ''] ?? 'acting';
}

/** Where the runbook is, in one word: `capacity`, `services`, `validating`, `soaking`, …; null outside of it. */
export function phaseAt(states: Paths): string | null {
  const [phase, step] = insideRunbook(states) ?? [];
  if (phase === undefined) return null;
  return phase === 'proving' ? (step?.replace('Again', '') ?? phase) : phase;
}

/** Such a phase as the rail of a run names it. */
export function phaseWords(phase: string): string {
  return PHASE_WORDS[phase] ?? phase;
}

const PROOF: Readonly<Record<string, string>> = { proving: RAIL.proving, validating: 'validate', soaking: 'soak' };
const PHASE_WORDS: Readonly<Record<string, string>> = { ...RAIL, ...ASIDE, ...PROOF };

/** Every step has had its turn before it begins. */
export function isProof(phase: string): boolean {
  return PROOF[phase] !== undefined;
}

/** The run acts no more in it, whatever it had come to before. */
export function isHandedOver(phase: string): boolean {
  return phase === 'following';
}

/** The runbook's innermost state, with a hold or a case beside it: `services › stabilizing, held`; outside the runbook the state itself. */
export function placeWords(states: Paths): string {
  const inside = insideRunbook(states) ?? states[0]?.split('.').slice(-1) ?? [];
  const beside = ['operator', 'escalation'].flatMap((region) => {
    const path = states.find((state) => state.split('.').includes(region));
    return path === undefined || AT_REST.some((quiet) => path.endsWith(quiet)) ? [] : path.split('.').slice(-1);
  });
  return [inside.join(' › '), ...beside].filter((part) => part !== '').join(', ');
}

function insideRunbook(states: Paths): readonly string[] | null {
  const path = states.find((state) => state.split('.').includes('runbook'))?.split('.');
  return path?.slice(path.indexOf('runbook') + 1) ?? null;
}

function isIn(states: Paths, path: string): boolean {
  return states.some((state) => `.${state}.`.includes(`.${path}.`));
}
