import type { CauseKind } from '../core/model/diagnosis.ts';
import type { Rule } from './finding.ts';
import { unansweredRequests } from './causes/unanswered-requests.ts';
import { applicationCrash } from './causes/application-crash.ts';
import { configuration } from './causes/configuration.ts';
import { connectionBudgetCause, databaseUnreachable } from './causes/database.ts';
import { connectorSaturation } from './causes/connector-saturation.ts';
import { nameResolution } from './causes/name-resolution.ts';
import { quotaOrShortage } from './causes/quota-and-shortage.ts';
import { natPorts } from './causes/nat-ports.ts';
import { providerIncident } from './causes/provider-incident.ts';
import { revisionContention } from './causes/revision-contention.ts';
import { certificateOrRouting } from './causes/routing.ts';
import { loggedReasons } from './causes/logged-reasons.ts';
import { iamAndNetwork } from './causes/iam-and-network.ts';
import { thirdParty } from './causes/third-party.ts';

/**
 * The table, in the diagnostic order of gcp-facts 12.3: what the serving revision says itself, what the client errors say,
 * the connector, the database, the way in, Google. Ties between causes are broken by this order. `kind` is what a rule mostly finds.
 */
export const RULES: readonly { readonly kind: CauseKind; readonly rule: Rule }[] = [
  { kind: 'application-crash', rule: applicationCrash },
  { kind: 'application-crash', rule: loggedReasons },
  { kind: 'configuration', rule: configuration },
  { kind: 'configuration', rule: iamAndNetwork },
  { kind: 'configuration', rule: natPorts },
  { kind: 'name-resolution', rule: nameResolution },
  { kind: 'connector-saturation', rule: connectorSaturation },
  { kind: 'database-unreachable', rule: databaseUnreachable },
  { kind: 'connection-budget', rule: connectionBudgetCause },
  { kind: 'revision-contention', rule: revisionContention },
  { kind: 'certificate-or-routing', rule: certificateOrRouting },
  { kind: 'configuration', rule: unansweredRequests },
  { kind: 'configuration', rule: thirdParty },
  { kind: 'quota-or-regional-shortage', rule: quotaOrShortage },
  { kind: 'provider-incident', rule: providerIncident },
];
