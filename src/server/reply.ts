import type { JournalLine } from '../ports/store.ts';

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a body: the lines of a journal, as they come. */
  readonly stream?: () => Promise<readonly JournalLine[] | null>;
}
