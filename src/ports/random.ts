/** Chance, so that a rehearsal can repeat itself: uniform in [0, 1). */
export interface Random {
  next(): number;
}
