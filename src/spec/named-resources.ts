import type { ConnectorSpec } from '../core/model/spec.ts';
import type { RemediationDocument } from './schema.ts';

/** What a document names in one of two forms: one, or a list of several. */

export function connectorsIn({ connector, connectors }: RemediationDocument['spec']): readonly ConnectorSpec[] {
  return connectors ?? (connector === undefined ? [] : [connector]);
}
