import type { Point } from '../../proof/run-with-kills.ts';
import type { ProofRow } from '../../proof/prove.ts';

/** Rows come from several processes; they are shown in the order of their points. */
export class ProofTable {
  readonly #show: (row: ProofRow) => void;
  readonly #waiting = new Map<number, ProofRow>();
  readonly #order: readonly number[];
  readonly rows: ProofRow[] = [];

  constructor(points: readonly Point[], show: (row: ProofRow) => void) {
    this.#order = points.map(({ number }) => number);
    this.#show = show;
  }

  add(row: ProofRow): void {
    this.#waiting.set(row.point, row);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#waiting.delete(next.point);
      this.rows.push(next);
      this.#show(next);
    }
  }

  #next(): ProofRow | undefined {
    return this.#waiting.get(this.#order[this.rows.length] ?? -1);
  }
}

export function isSame({ outcomeSame, writesSame, worldSame }: ProofRow): boolean {
  return outcomeSame && writesSame && worldSame;
}

const WIDTH = 46;

export function headOf(name: string, cut: boolean): string {
  const note = cut ? ' (the follow-up of the case cut to 25 min; --full keeps it)' : '';
  return `${name}${note}\n${'point'.padStart(6)}  ${'killed'.padEnd(WIDTH)}  boots  outcome  writes  world\n`;
}

export function rowText(row: ProofRow): string {
  const say = (same: boolean): string => (same ? 'same' : 'OTHER');
  const place = row.what.length <= WIDTH ? row.what : `…${row.what.slice(row.what.length - WIDTH + 1)}`;
  const line = `${String(row.point).padStart(6)}  ${place.padEnd(WIDTH)}  ${String(row.boots).padStart(5)}  ${say(row.outcomeSame).padEnd(7)}  ${say(row.writesSame).padEnd(6)}  ${say(row.worldSame)}`;
  return row.difference === '' ? line : `${line}\n        ${row.difference}`;
}
