import { sayMinute } from '../duration.ts';
import type { Counted } from '../model/trial.ts';
import type { UsersBout } from '../model/testimony.ts';

/** Figures of bouts, for who judges by them and who tells of them. Pure. */

/** By revision, in all of these bouts together. */
export function pooledBouts(bouts: readonly UsersBout[]): Readonly<Record<string, Counted>> {
  const pooled = new Map<string, Counted>();
  for (const { revisions } of bouts)
    for (const [name, { total, failed }] of Object.entries(revisions)) {
      const before = pooled.get(name) ?? { total: 0, failed: 0 };
      pooled.set(name, { total: before.total + total, failed: before.failed + failed });
    }
  return Object.fromEntries(pooled);
}

/** In all revisions together. */
export function countedIn({ revisions }: Pick<UsersBout, 'revisions'>): Counted {
  const all = Object.values(revisions);
  return { total: sumOf(all.map(({ total }) => total)), failed: sumOf(all.map(({ failed }) => failed)) };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** `14:01–14:03 (380 of 1190)`. */
function sayBout(bout: UsersBout): string {
  const { total, failed } = countedIn(bout);
  const figures = failed === 0 ? '' : ` (${failed} of ${total})`;
  return `${sayMinute(bout.from)}–${sayMinute(bout.until)}${figures}`;
}

const NAMED = 3;

/** `14:01–14:03 (380 of 1190), 14:11–14:13 (362 of 1201)`; of many the newest, and how many at least: the oldest are not kept. */
export function sayBouts(bouts: readonly UsersBout[]): string {
  const many = bouts.length > NAMED ? `at least ${bouts.length} times, the newest ` : '';
  return `${many}${bouts.slice(-NAMED).map(sayBout).join(', ')}`;
}

/** In all bouts together: `by revision: shop-00002-bbb 760 of 950, shop-00001-aaa 0 of 1420`; '' where one alone was counted. */
export function sayRevisions(bouts: readonly UsersBout[]): string {
  const counted = Object.entries(pooledBouts(bouts)).filter(([, { total }]) => total > 0);
  if (counted.length < 2) return '';
  const worstFirst = counted.toSorted(([, one], [, other]) => other.failed / other.total - one.failed / one.total);
  return `by revision: ${worstFirst.map(([name, { failed, total }]) => `${name} ${failed} of ${total}`).join(', ')}`;
}
