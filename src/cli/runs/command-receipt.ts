import { SECOND } from '../../core/duration.ts';
import type { RunRecord, RunStore } from '../../ports/store.ts';
import type { VerbDeps } from '../deps.ts';

/** What became of an order, with the instant by the run's clock where the run noted it: the run took it and goes by it, took it and refused it, ended before, or has not looked yet. */
export type ReceiptState =
  | { readonly kind: 'taken'; readonly at: number | null }
  | { readonly kind: 'refused'; readonly why: string; readonly at: number | null }
  | { readonly kind: 'ended' }
  | { readonly kind: 'waiting' };

const LOOK_EVERY_MS = SECOND / 4;

/** Waits until the run has taken the order with this id, at most `seconds`; 0 looks once. */
export async function awaitReceipt(
  store: RunStore,
  id: string,
  { seconds, pick: { clock }, signal }: { readonly seconds: number; readonly pick: Pick<VerbDeps, 'clock'>; readonly signal: AbortSignal },
): Promise<ReceiptState> {
  const until = clock.now() + seconds * SECOND;
  for (;;) {
    const record = await store.load();
    if (record?.commandsTaken.includes(id) === true) return answerIn(record, id);
    if (record?.ended != null) return { kind: 'ended' };
    if (clock.now() >= until) return { kind: 'waiting' };
    await clock.sleepUntil(Math.min(until, clock.now() + LOOK_EVERY_MS), signal);
  }
}

/** Taking an order is not obeying it: the receipt says what came of it. A run of a version that gives none has taken it, no more. */
function answerIn({ receipts = [] }: RunRecord, command: string): ReceiptState {
  const receipt = receipts.find(({ id }) => id === command);
  const at = receipt?.at ?? null;
  return receipt?.accepted === false ? { kind: 'refused', why: receipt.why ?? 'it says not why', at } : { kind: 'taken', at };
}
