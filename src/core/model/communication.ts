import type { CauseKind } from './diagnosis.ts';
import type { RunStanding } from './message.ts';

/** Whom a run tells; addresses and secrets are resolved from their `env:` references. */
export interface CommunicationSpec {
  readonly everyMs: number;
  /** Address under which people reach `firebreak serve`; null: messages carry no link. */
  readonly page: string | null;
  readonly slack: { readonly channel: string; readonly token: string; readonly api: string } | null;
  readonly googleChat: { readonly webhook: string } | null;
  readonly pagerDuty: { readonly routingKey: string; readonly api: string } | null;
  readonly github: GitHubChannel | null;
  readonly signedWebhooks: readonly { readonly url: string; readonly secret: string }[];
  /** http(s) URLs that take a POST of `{"text": …}`. */
  readonly webhooks: readonly string[];
}

/** No channel at all. */
export const TELLS_NOBODY: Omit<CommunicationSpec, 'everyMs'> = {
  page: null,
  slack: null,
  googleChat: null,
  pagerDuty: null,
  github: null,
  signedWebhooks: [],
  webhooks: [],
};

export interface GitHubChannel {
  /** `owner/name`. */
  readonly repository: string;
  readonly issue: number;
  readonly token: string;
  readonly api: string;
  /** null: labels are left alone. */
  readonly labels: GitHubLabels | null;
  /** Close the issue once the run has recovered. */
  readonly close: boolean;
}

/** Which labels the issue bears, by where the run stands, and beside them by the kinds of causes found. */
export type GitHubLabels = Readonly<Partial<Record<RunStanding, readonly string[]>>> & {
  readonly causes: Readonly<Partial<Record<CauseKind, readonly string[]>>>;
};
