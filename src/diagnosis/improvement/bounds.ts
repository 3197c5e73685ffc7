/** The document's words for better (`spec.improvement`). */
export interface Bounds {
  /** The least relative change that counts, 0..1. */
  readonly margin: number;
  /** The least number of requests behind a rate or a percentile. */
  readonly minSamples: number;
  readonly goals: { readonly errorRate: number; readonly p95Ms: number; readonly connectorSaturation: number };
}
