import { MINUTE } from '../../../src/core/duration.ts';
import type { CommittedWrite } from '../../../src/simulator/surface/request-log.ts';
import { HORIZON } from './twins.ts';
import type { Judged } from './twins.ts';

/** What chance alone makes of two equal courses, in shares of the answers of ten minutes. */
export const TOLERANCE = 0.02;

interface Exception {
  readonly why: string;
  /** `isFirst`: ours, to this resource. */
  readonly holds: (write: CommittedWrite, isFirst: boolean) => boolean;
  /** Share of the answers of ten minutes that it may cost beyond the tolerance. */
  readonly most: number;
}

/** The only writes that may cost users anything, and how much. Everything else may make nothing worse. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    why: 'a canary: at most a tenth of the traffic, for at most four minutes until it is judged',
    holds: (write) => canaryShare(write) !== null,
    most: 0.1 * ((4 * MINUTE) / HORIZON),
  },
  {
    why: 'a pin of two that fail alike as far as it is counted: chance decides in which of them more instances stay ill',
    holds: isFirstPin,
    most: 0.1,
  },
  {
    why: 'the start of a deploy: its own first instances come up, and those of the revision before it go',
    holds: isDeploy,
    most: 0.05,
  },
];

/**
 * A pin is decided by what is counted, and chance has its share in what follows: a single one may lose, a hundred of them may not.
 * The mean gain of all first pins is positive, and no more than so many of them cost more than any other change may.
 */
const PINS = { mostLosing: 0.01, losing: -0.05 } as const;

/** What each first pin brought the users of its service, in shares of the answers of ten minutes. */
export function pinGains(judged: readonly Judged[]): readonly number[] {
  return judged
    .filter(({ write, service }) => isFirstPin(write, isFirstOf(write, judged)) && write.resourceName.endsWith(`/${service}`))
    .map(({ withIt, withoutIt }) => withIt - withoutIt);
}

/** In words, what is wrong with the pins of many worlds; null: nothing. */
export function wrongPins(gains: readonly number[]): string | null {
  if (gains.length === 0) return null;
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const losing = gains.filter((gain) => gain < PINS.losing).length;
  if (mean <= 0) return `the first pins bring their users nothing: ${percent(mean)} in the mean of ${gains.length}`;
  // One is chance in any number of them.
  if (losing > Math.max(1, PINS.mostLosing * gains.length))
    return `${losing} of ${gains.length} first pins cost more than ${percent(-PINS.losing)}`;
  return null;
}

/** The same in one line of figures. */
export function sayPins(gains: readonly number[]): string {
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / Math.max(1, gains.length);
  const losing = gains.filter((gain) => gain < PINS.losing).length;
  return `${gains.length} first pins: ${percent(mean)} gained in the mean, ${percent(Math.min(0, ...gains))} at worst, ${losing} lost more than ${percent(-PINS.losing)}`;
}

function isFirstOf(write: CommittedWrite, judged: readonly Judged[]): boolean {
  return !judged.some(({ write: other }) => other.resourceName === write.resourceName && other.at < write.at);
}

function isFirstPin(write: CommittedWrite, isFirst: boolean): boolean {
  return isFirst && sharesOf(write).length === 1 && !isDeploy(write);
}

/**
 * In words, for each write that cost the users of a service more than it may have. What one service loses may be outweighed by
 * what others gain from the same write, each service counting alike: a restore that saves one can slow its neighbour.
 */
export function harmOf(judged: readonly Judged[], startAt: number): readonly string[] {
  return judged.flatMap((one) => {
    const { write, service, withIt, withoutIt } = one;
    const isFirst = isFirstOf(write, judged);
    const allowed = TOLERANCE + Math.max(0, ...EXCEPTIONS.filter(({ holds }) => holds(write, isFirst)).map(({ most }) => most));
    if (withoutIt - withIt <= allowed || balanceOf(write, judged) > 0) return [];
    const at = ((write.at - startAt) / MINUTE).toFixed(1);
    return [
      `no write makes it worse: +${at} min ${sayWrite(write)}: ${percent(withIt)} of the answers of ${service} are good in the ten minutes ` +
        `after it, ${percent(withoutIt)} without it`,
    ];
  });
}

/** What all services together gain by a write. */
function balanceOf(write: CommittedWrite, judged: readonly Judged[]): number {
  return judged.filter((one) => one.write === write).reduce((sum, { withIt, withoutIt }) => sum + withIt - withoutIt, 0);
}

function sayWrite({ method, resourceName, body }: CommittedWrite): string {
  const fields = Object.keys((body ?? {}) as object).filter((key) => key !== 'etag');
  return `${method} ${resourceName.slice(resourceName.lastIndexOf('/') + 1)} (${fields.join(', ')})`;
}

/** Percent that a traffic write gives to the smaller of two; null: it is no canary. */
function canaryShare(write: CommittedWrite): number | null {
  const shares = sharesOf(write);
  const least = Math.min(...shares);
  return shares.length > 1 && least <= 10 ? least : null;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What a traffic write gives to whom, in percent; empty: it is none. */
function sharesOf({ body }: CommittedWrite): readonly number[] {
  const traffic = (body as { readonly traffic?: readonly { readonly percent?: number }[] } | null)?.traffic ?? [];
  return traffic.map(({ percent: share = 0 }) => share).filter((share) => share > 0);
}

function isDeploy({ body }: CommittedWrite): boolean {
  return typeof body === 'object' && body !== null && 'template' in body;
}
