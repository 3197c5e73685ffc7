import type { WorldLogEntry } from '../world/contract.ts';
import type { Committed } from './router.ts';
import { timestamp } from './wire.ts';

/** Admin activity as Cloud Audit Logs writes it: who changed what (gcp-facts 5.2). */
export function auditEntry(
  write: Committed & {
    readonly host: string;
    readonly actor: string;
    readonly userAgent: string;
    readonly project: string;
    readonly at: number;
    readonly insertId: string;
  },
): WorldLogEntry {
  return {
    insertId: write.insertId,
    timestamp: timestamp(write.at),
    severity: 'NOTICE',
    logName: `projects/${write.project}/logs/cloudaudit.googleapis.com%2Factivity`,
    resource: write.resource,
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: write.host,
      methodName: write.methodName,
      resourceName: write.resourceName,
      authenticationInfo: { principalEmail: write.actor },
      requestMetadata: { callerIp: '10.0.0.2', callerSuppliedUserAgent: write.userAgent },
      request: write.request,
      status: {},
    },
  };
}
