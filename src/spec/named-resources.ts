import type { ConnectorSpec } from '../core/model/spec.ts';
import type { RemediationDocument } from './schema.ts';

/** What a document names in one of two forms: one, or a list of several. */

type Spec = RemediationDocument['spec'];

export function connectorsIn({ connector, connectors }: Spec): readonly ConnectorSpec[] {
  return connectors ?? (connector === undefined ? [] : [connector]);
}

export function databasesIn({ database, databases }: Spec): readonly NonNullable<Spec['database']>[] {
  return databases ?? (database === undefined ? [] : [database]);
}
