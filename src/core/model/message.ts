import type { CauseKind } from './diagnosis.ts';

/** What a message is about: headings, pagers and labels go by it. `test`: nothing happened, a channel is tried. */
export type MessageKind = 'started' | 'needs-you' | 'change' | 'phase' | 'progress' | 'escalated' | 'recovered' | 'ended' | 'test';

/** Where the run stands when it speaks. `waiting`: for a human's word. */
export type RunStanding = 'underway' | 'waiting' | 'escalated' | 'recovered' | 'ended';

/** One change by the run whose end is known. */
export interface ToldChange {
  readonly key: string;
  readonly title: string;
  readonly at: number;
  /** In force, put back since, failed: in words. */
  readonly standing: string;
}

/** What the statechart tells at one instant; facts and words, nothing of any channel. */
export interface Announcement {
  /** Counts the run's messages from 1: the same message has the same number, however often it is tried. */
  readonly no: number;
  readonly kind: MessageKind;
  /** When it was said first; a later delivery shows it. */
  readonly at: number;
  /** Name, project and region. */
  readonly environment: string;
  readonly happened: string;
  /** The leading cause, with the instant of the diagnosis; '' where there is none to name. */
  readonly why: string;
  readonly next: string;
  /** The next message comes by then at the latest; null: this is the last, or the next follows at once. */
  readonly nextBy: number | null;
  readonly standing: RunStanding;
  /** Nothing goes on, or nothing more is tried, before a person has acted. */
  readonly needsPerson: boolean;
  readonly causes: readonly CauseKind[];
  /** Of the plan that waits for a yes. */
  readonly planHash?: string;
  /** All changes so far whose end is known, oldest first. */
  readonly changes: readonly ToldChange[];
}

/** One message as every channel is handed it. */
export interface Message extends Announcement {
  readonly runId: string;
  /** The same at every delivery, on every channel: how a double is known. */
  readonly key: string;
  /** All of it in plain words: what a channel without structure shows. */
  readonly text: string;
  /** Where the run can be looked at; null: no page is known. */
  readonly page: string | null;
  /** To be pasted into a shell as they are. */
  readonly commands: readonly string[];
  /** It could not be delivered when it was said. */
  readonly late?: true;
  /** Messages before it that this channel will not get. */
  readonly lost?: number;
}

/** What a channel has to remember between messages: its thread, what it has said last. Names are the channel's own. */
export type ChannelIds = Readonly<Record<string, string>>;

/** How far a channel is, as the run's record keeps it. */
export interface ChannelRecord {
  readonly ids: ChannelIds;
  /** The newest message that it has. */
  readonly upTo: number;
  /** The newest message that may have reached it without an answer. */
  readonly tried: number;
  /** What it has not got, oldest first; bounded. */
  readonly missed: readonly Announcement[];
  /** What is left out of `missed`. */
  readonly lost: number;
  /** Why it could not be reached, and since when; null: it could. `lasting`: trying again soon makes no sense. */
  readonly problem: { readonly text: string; readonly since: number; readonly lasting: boolean } | null;
  /** As people call it. */
  readonly described: string;
}

/** What the activities that tell are handed. `saying` null: nothing new, only what channels have missed. */
export interface Telling {
  readonly text: string;
  readonly saying: Announcement | null;
  /** An earlier try of the same message got no answer. */
  readonly doubt: boolean;
  /** How far each channel is, by name. */
  readonly channels: Readonly<Record<string, ChannelRecord>>;
  /** Where the run stands now: what is delivered late goes by it. */
  readonly now: Pick<Announcement, 'standing' | 'needsPerson'>;
  /** Said right before it: what was on its way when the run came to its end. */
  readonly before?: Announcement;
}
