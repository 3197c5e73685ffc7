import { ApiError, fieldViolation } from '../../surface/api-error.ts';
import type { ConnectorConfiguration } from '../../world/contract.ts';

const MACHINE_TYPES = ['f1-micro', 'e2-micro', 'e2-standard-4'];

/** Why a wanted configuration is illegal by itself or after the present one, or null (gcp-facts 1.3). */
export function illegal(present: ConnectorConfiguration, wanted: ConnectorConfiguration): ApiError | null {
  const problem = (field: string, message: string) =>
    new ApiError('INVALID_ARGUMENT', message, { details: [fieldViolation(field, message)] });
  const { minInstances: min, maxInstances: max } = wanted;
  if (min < 2 || min > 9) return problem('connector.min_instances', `The value of min_instances must be between 2 and 9, got ${min}.`);
  if (max < 3 || max > 10) return problem('connector.max_instances', `The value of max_instances must be between 3 and 10, got ${max}.`);
  if (min >= max) return problem('connector.max_instances', `max_instances (${max}) must be greater than min_instances (${min}).`);
  if (min < present.minInstances) {
    return problem(
      'connector.min_instances',
      `min_instances cannot be lowered from ${present.minInstances} to ${min}: connectors do not scale in.`,
    );
  }
  if (max < present.maxInstances) {
    return problem(
      'connector.max_instances',
      `max_instances cannot be lowered from ${present.maxInstances} to ${max}: connectors do not scale in.`,
    );
  }
  if (!MACHINE_TYPES.includes(wanted.machineType)) {
    return problem(
      'connector.machine_type',
      `Invalid machine type '${wanted.machineType}'. Valid machine types: ${MACHINE_TYPES.join(', ')}.`,
    );
  }
  return null;
}
