import { MINUTE } from '../../../src/core/duration.ts';
import type { CommittedWrite } from '../../../src/simulator/surface/ledger.ts';
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
    holds: (write, isFirst) => isFirst && sharesOf(write).length === 1 && !isDeploy(write),
    most: 0.03,
  },
  {
    why: 'the start of a deploy: its own first instances come up, and those of the revision before it go',
    holds: isDeploy,
    most: 0.05,
  },
];

/**
 * In words, for each write that cost the users of a service more than it may have. What one service loses may be outweighed by
 * what others gain from the same write, each service counting alike: a restore that saves one can slow its neighbour.
 */
export function harmOf(judged: readonly Judged[], startAt: number): readonly string[] {
  return judged.flatMap((one) => {
    const { write, service, withIt, withoutIt } = one;
    const isFirst = !judged.some(({ write: other }) => other.resourceName === write.resourceName && other.at < write.at);
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
