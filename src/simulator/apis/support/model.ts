import type { Fields } from '../../surface/wire.ts';

/** In the order of their enum numbers. */
export const PRIORITIES = ['PRIORITY_UNSPECIFIED', 'P0', 'P1', 'P2', 'P3', 'P4'];

/** What a project may choose from unless its scenario says otherwise; the ids are opaque (gcp-facts 7). */
export const CLASSIFICATIONS = [
  {
    id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74O3',
    displayName: 'Technical Issue > Serverless > Cloud Run > Networking and VPC Access',
  },
  {
    id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74P3',
    displayName: 'Technical Issue > Serverless > Cloud Run > Deployment and Revisions',
  },
  {
    id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74Q3',
    displayName: 'Technical Issue > Networking > Serverless VPC Access > Connector',
  },
  { id: '100152K41DPK4CPG68PJ8C9G60R30C1I68R3EE1J6GQJCE1M74R3', displayName: 'Technical Issue > Databases > Cloud SQL > Connectivity' },
];

export interface CaseComment {
  readonly body: string;
  readonly createdAt: number;
  readonly by: Fields;
}

export interface CaseFile {
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly text: string;
  readonly createdAt: number;
  readonly by: Fields;
}

export interface SupportCase {
  readonly number: number;
  fields: Fields;
  readonly createdAt: number;
  updatedAt: number;
  escalated: boolean;
  closed: boolean;
  readonly creator: string;
  /** Without those of Google. */
  readonly comments: CaseComment[];
  readonly files: CaseFile[];
}

/** Who calls, as an actor. */
export function actor(email: string): Fields {
  return { displayName: email.slice(0, email.indexOf('@')), email, username: email };
}
