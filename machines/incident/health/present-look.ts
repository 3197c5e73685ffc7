/** The plan of one look, in short: whether the reasons of an older plan still stand. */
export interface Present {
  readonly question: { readonly id: string; readonly text: string } | null;
  /** By step id. */
  readonly steps: Readonly<Record<string, StepNow>>;
}

export interface StepNow {
  /** `unknown`: it could not be told, by evidence newer than the last change of ours. */
  readonly word: 'needed' | 'gone' | 'vetoed' | 'unknown';
  readonly because: string;
}
