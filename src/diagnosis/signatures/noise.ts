/**
 * Lines that explain nothing although they speak of failures, looked at before the table: what watches the program (traces,
 * metrics, error reports) could not be sent or is not installed, and what the program itself calls optional. Only the first line
 * of an entry counts, so that a real crash whose frames pass through such a library is not taken for it.
 */
export const NOISE: readonly RegExp[] = [
  /^[^\n]{0,400}?\b(?:open ?telemetry|otlp|otel|span ?(?:exporter|processor)|metrics? ?export|statsd|data ?dog|dd-?trace|new ?relic|sentry|jaeger|zipkin|prometheus|pyroscope|honeycomb|(?:cloud|stackdriver) ?(?:trace|profiler))\w{0,20}\b[^\n]{0,300}?(?:fail|error|refused|time[d -]*out|unavailable|not available|not installed|unable|cannot|could not|retry|dropp)/i,
  /^[^\n]{0,80}?\bSentry is attempting to send \d{1,6} pending/,
  /^[^\n]{0,400}?\b(?:fail\w{0,12}|error|could not|unable to|cannot)\b[^\n]{0,60}\b(?:export|send|flush|report|push|upload)\w{0,12}\b[^\n]{0,40}\b(?:spans?|traces?|telemetry|metrics?|profiles?|events? to sentry)\b/i,
  /^[^\n]{0,600}?(?:127\.0\.0\.1|localhost|\[?::1\]?):(?:4317|4318|8125|8126|9411|14250|14268|6831|55681)\b/,
  /^[^\n]{0,400}?\b(?:falling back to|continuing without|proceeding without|non-?critical|optional (?:dependency|module|package|feature|service|cache))\b/i,
  // What a program says of its own arrangements, or counts as nothing.
  /^[^\n]{0,120}?\b(?:retry polic(?:y|ies)|circuit breaker|handler installed|error tracking disabled|threshold)\b/i,
  /^[^\n]{0,200}?\b0 (?:failed|failures|errors?|timed out|timeouts)\b(?![^\n]{0,200}?\b[1-9]\d{0,6} (?:failed|failures|errors?|timed out))/i,
  // Whoever asked went away before the answer was whole.
  /^[^\n]{0,200}?\b(?:ClientAbortException|ClientDisconnected?|client (?:has )?(?:disconnected|closed (?:the )?connection|went away))\b/i,
  /^Error: aborted\s{0,4}\n\s{1,8}at (?:connResetException|abortIncoming)\b/,
  // Data that a statement may not hold, in the database's own log: its client tells whom it harms.
  /^[^\n]{0,80}?\bdb=[^,\n]{0,63},user=\S{0,63} ERROR: {1,4}(?:duplicate key value|null value in column|insert or update on table|update or delete on table|new row for relation|value too long|invalid input syntax)\b/,
  // Scanners ask for an address, not for a name.
  /^[^\n]{0,120}?\bInvalid HTTP_HOST header: '\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?'/,
  /^[^\n]{0,80}?(?:java\.io\.IOException: Broken pipe|BrokenPipeError: \[Errno 32\] Broken pipe)\s{0,4}(?:\n|$)/,
  /^[^\n]{0,120}?\b(?:\w{0,20}Deprecat(?:ion|ed)Warning|FutureWarning)\b/,
  // A revision that nothing leads to any more.
  /^Ready condition status changed to \w{1,10} for Revision \S{1,100} with message: (?:Deployed )?[Rr]evision retired/,
  // The sandbox says so itself.
  /^Container Sandbox: Unsupported syscall/,
  // Lines in the shape of an access log hold what somebody outside has typed.
  /^[^\n]{0,160}?"?\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \/[^\n]{0,2000}? HTTP\/[\d.]{1,3}/,
];
