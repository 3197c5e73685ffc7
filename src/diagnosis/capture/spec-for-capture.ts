import { DAY, HOUR, MINUTE, SECOND } from '../../core/duration.ts';
import { TELLS_NOBODY } from '../../core/model/communication.ts';
import type { RemediationSpec, ServiceSpec } from '../../core/model/spec.ts';

/** A document that names services and wishes for nothing: what the rules are asked with where only log lines are known. */
export function specForCapture(services: readonly string[]): RemediationSpec {
  return {
    name: 'capture',
    project: '',
    region: '',
    observe: { everyMs: 30 * SECOND },
    connectors: [],
    services: services.map(observed),
    databases: [],
    dependencies: [],
    loadBalancer: null,
    capacity: {
      schedule: '*/5 * * * *',
      timeZone: 'UTC',
      thresholds: { connector: 0.7, connections: 0.75, instances: 0.8, errorRate: 0.05, p95Ms: 10 * SECOND, certificateDays: 14 },
      startRun: false,
    },
    validation: {
      passRate: 0.8,
      goldenPath: [],
      webSocket: null,
      categories: [],
      startupSuccessRate: 0.9,
      forbiddenLogs: [],
      retryEveryMs: MINUTE,
      soakForMs: 30 * MINUTE,
    },
    improvement: { margin: 0.2, minSamples: 20, goals: { errorRate: 0.01, p95Ms: 2 * SECOND, connectorSaturation: 0.7 } },
    escalation: { windowMs: 2 * HOUR, followForMs: 6 * HOUR, support: null, contacts: [] },
    phases: { capacityMs: 2 * HOUR, servicesMs: 2 * HOUR, validationMs: 4 * HOUR },
    communication: { everyMs: DAY, ...TELLS_NOBODY },
    policy: { mode: 'plan', approve: [], approvalWithinMs: HOUR, budget: { mutations: 0, attempts: 1, waitingMs: 0 }, freeze: [] },
  };
}

function observed(name: string): ServiceSpec {
  return {
    name,
    role: 'other',
    dependsOn: [],
    pin: null,
    deploy: null,
    stability: { healthyForMs: 5 * MINUTE, withinMs: 30 * MINUTE, maxRelapses: 3 },
    health: [],
    databases: [],
    pool: null,
    timeouts: { databaseMs: null, clientMs: null, proxyMs: null },
  };
}
