/**
 * Lines that explain nothing although they speak of failures, looked at before the table: what watches the program (traces,
 * metrics, error reports) could not be sent or is not installed, and what the program itself calls optional. Only the first line
 * of an entry counts, so that a real crash whose frames pass through such a library is not taken for it.
 */
export const NOISE: readonly RegExp[] = [
  /^[^\n]*\b(?:open ?telemetry|otlp|otel|span ?(?:exporter|processor)|metrics? ?export|statsd|data ?dog|dd-?trace|new ?relic|sentry|jaeger|zipkin|prometheus|pyroscope|honeycomb|(?:cloud|stackdriver) ?(?:trace|profiler))\w*\b[^\n]*(?:fail|error|refused|time[d -]*out|unavailable|not available|not installed|unable|cannot|could not|retry|dropp)/i,
  /^[^\n]*\b(?:fail\w*|error|could not|unable to|cannot)\b[^\n]{0,60}\b(?:export|send|flush|report|push|upload)\w*\b[^\n]{0,40}\b(?:spans?|traces?|telemetry|metrics?|profiles?|events? to sentry)\b/i,
  /^[^\n]*(?:127\.0\.0\.1|localhost|\[?::1\]?):(?:4317|4318|8125|8126|9411|14250|14268|6831|55681)\b/,
  /^[^\n]*\b(?:falling back to|continuing without|proceeding without|non-?critical|optional (?:dependency|module|package|feature|service|cache))\b/i,
];
