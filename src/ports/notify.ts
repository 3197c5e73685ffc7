/** Tells people. Throws `TransientError` or `TerminalError`; telling twice is allowed, losing a message is not. */
export interface Notifier {
  readonly described: string;
  tell(text: string, key: string, signal?: AbortSignal): Promise<void>;
}
