import type { ConnectorConfig } from '../../core/model/plan.ts';
import type { ConnectorTarget, MachineType } from '../../core/model/spec.ts';

/** gcp-facts 1.3: min 2..9, max 3..10, min < max; never lower than now; the machine type may change either way. */
export const CONNECTOR_LIMITS = { min: { least: 2, most: 9 }, max: { least: 3, most: 10 } } as const;

/** Mbit/s of one instance (gcp-facts 1.4). */
const MBPS: Readonly<Record<MachineType, number>> = { 'f1-micro': 50, 'e2-micro': 100, 'e2-standard-4': 1_600 };

export interface LegalTarget {
  /** The nearest legal capacity; what there is now when nothing needs to be done. */
  readonly target: ConnectorTarget;
  /** The wish asks for no more than there is. */
  readonly satisfied: boolean;
  /** What was changed of the wish, and why. */
  readonly notes: readonly string[];
  /** Set when no legal update leads towards the wish: only a human can go on. */
  readonly impossible?: string;
}

/** What can be asked of Google for a wish, given the connector as it is. Never fails: what cannot be is said in `impossible`. */
export function legalTarget(wish: ConnectorTarget, current: ConnectorConfig): LegalTarget {
  if (!isMachineType(current.machineType)) return unknownType(wish, current.machineType);
  const now: ConnectorTarget = { ...current, machineType: current.machineType };
  const bounded = withinLimits(wish);
  const raised = notLower(bounded.target, now);
  const notes = [...bounded.notes, ...raised.notes];
  if (capacityOf(raised.target) < capacityOf(now) || sameConfig(raised.target, now))
    return { target: now, satisfied: true, notes: [...notes, satisfiedNote(wish, now)] };
  return { target: raised.target, satisfied: false, notes };
}

/** Whether `state` is at least what `target` asks for. */
export function atLeast(state: ConnectorConfig, target: ConnectorTarget): boolean {
  return state.minInstances >= target.minInstances && state.maxInstances >= target.maxInstances && state.machineType === target.machineType;
}

export function sameConfig(left: ConnectorConfig, right: ConnectorConfig): boolean {
  return left.minInstances === right.minInstances && left.maxInstances === right.maxInstances && left.machineType === right.machineType;
}

/** Documented throughput at the upper bound, in Mbit/s (gcp-facts 1.4). */
export function capacityOf(target: ConnectorTarget): number {
  return target.maxInstances * MBPS[target.machineType];
}

function isMachineType(type: string): type is MachineType {
  return Object.hasOwn(MBPS, type);
}

/** The wish within the bounds that Google takes of any connector, whatever it is now. */
export function withinLimits(wish: ConnectorTarget): { readonly target: ConnectorTarget; readonly notes: readonly string[] } {
  const { min, max } = CONNECTOR_LIMITS;
  const maxInstances = clamp(wish.maxInstances, max.least, max.most);
  const minInstances = Math.min(clamp(wish.minInstances, min.least, min.most), maxInstances - 1);
  const notes = [];
  if (maxInstances !== wish.maxInstances)
    notes.push(
      `maxInstances ${wish.maxInstances} is outside Google's ${max.least}–${max.most} (a connector's /28 holds no more): planned as ${maxInstances}`,
    );
  if (minInstances !== wish.minInstances)
    notes.push(
      `minInstances ${wish.minInstances} is outside Google's ${min.least}–${min.most} or not below the maximum: planned as ${minInstances}`,
    );
  return { target: { minInstances, maxInstances, machineType: wish.machineType }, notes };
}

/** Bounds never fall: an update with a lower one is refused whole. */
function notLower(target: ConnectorTarget, now: ConnectorTarget): { readonly target: ConnectorTarget; readonly notes: readonly string[] } {
  const minInstances = Math.max(target.minInstances, now.minInstances);
  const maxInstances = Math.max(target.maxInstances, now.maxInstances);
  const notes = [];
  if (minInstances !== target.minInstances) notes.push(`minInstances stays ${minInstances}: bounds of a connector never fall`);
  if (maxInstances !== target.maxInstances) notes.push(`maxInstances stays ${maxInstances}: bounds of a connector never fall`);
  return { target: { minInstances, maxInstances, machineType: target.machineType }, notes };
}

function satisfiedNote(wish: ConnectorTarget, now: ConnectorTarget): string {
  return `${now.minInstances}–${now.maxInstances} × ${now.machineType} already gives at least what ${wish.minInstances}–${wish.maxInstances} × ${wish.machineType} can`;
}

function unknownType(wish: ConnectorTarget, type: string): LegalTarget {
  const impossible = `the connector's machine type ${type} is not one of ${Object.keys(MBPS).join(', ')}: what it can carry is not known`;
  return { target: wish, satisfied: false, notes: [], impossible };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
