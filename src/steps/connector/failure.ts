/** Google's "please check GCE quotas, logs and org policies" ends a failure of any kind (gcp-facts 1.6): it tells of none. */
const SAYS_QUOTA =
  /quota[^\n.]{0,80}(?:exceed|exhaust|insufficient|reached)|(?:exceed|exhaust|insufficient|reached)\w{0,6}[^\n.]{0,80}quota/i;

/** What a failed operation of a connector means to the runbook, in one word (gcp-facts 1.6; gRPC codes 3, 7, 8, 13). */
export function failureOf({ code, message }: { readonly code: number; readonly message: string }): string {
  if (/RESOURCE_POOL_EXHAUSTED|does not have enough resources|stock-?out/i.test(message)) return 'stockout';
  if (code === 8 || SAYS_QUOTA.test(message)) return 'quota';
  if (code === 3) return 'invalid';
  return code === 7 ? 'permission' : 'internal';
}
