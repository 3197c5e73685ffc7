import { MINUTE } from '../../../src/core/duration.ts';
import type { CommittedWrite } from '../../../src/simulator/surface/ledger.ts';
import { HORIZON } from './twins.ts';
import type { Judged } from './twins.ts';

/** What chance alone makes of two equal courses, in shares of the answers of ten minutes. */
export const TOLERANCE = 0.02;

interface Exception {
  readonly why: string;
  readonly holds: (write: CommittedWrite) => boolean;
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
    why: 'the start of a deploy: its own first instances come up, and those of the revision before it go',
    holds: ({ body }) => typeof body === 'object' && body !== null && 'template' in body,
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
    const allowed = TOLERANCE + Math.max(0, ...EXCEPTIONS.filter(({ holds }) => holds(write)).map(({ most }) => most));
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
function canaryShare({ body }: CommittedWrite): number | null {
  const traffic = (body as { readonly traffic?: readonly { readonly percent?: number }[] } | null)?.traffic;
  if (traffic === undefined) return null;
  const shares = traffic.map(({ percent: share = 0 }) => share).filter((share) => share > 0);
  const least = Math.min(...shares);
  return shares.length > 1 && least <= 10 ? least : null;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
