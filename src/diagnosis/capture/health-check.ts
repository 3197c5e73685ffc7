const WATCHERS = /GoogleHC|kube-probe|UptimeChecks|Pingdom|ELB-HealthChecker/i;
const PATHS =
  /^\/(?:api\/)?(?:v\d+\/)?(?:_?health[-_]?(?:z|check)?|live(?:z|ness)?|ready(?:z)?|readiness|ping|status|up|heartbeat|_ah\/\w+)(?:\/(?:live|liveness|ready|readiness|startup|check|db|deep))?\/?$/i;

/** Whether a request only asks if the service is well: by who asks, or by the path. Such a request shows no user being served. */
export function isHealthCheck(url: string, userAgent: string): boolean {
  return WATCHERS.test(userAgent) || PATHS.test(pathOf(url));
}

function pathOf(url: string): string {
  return url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}
