import { ApiError, invalid } from '../../surface/api-error.ts';
import { asInteger, enumName, isFields, onlyKnown, type Fields } from '../../surface/wire.ts';
import type { ServiceBounds } from '../../world/contract.ts';

const MODES = ['SCALING_MODE_UNSPECIFIED', 'AUTOMATIC', 'MANUAL'] as const;
const FIELDS = new Set(['minInstanceCount', 'maxInstanceCount', 'scalingMode', 'manualInstanceCount']);

/** Scaling of the whole service (`run-proto vendor_settings`): in force at once, without a revision. 0 and absent are the same: no bound. */
export function readServiceScaling(value: unknown): ServiceBounds {
  if (value === undefined) return { minInstances: 0, maxInstances: null };
  if (!isFields(value)) return violation('must be a message.');
  onlyKnown(value, FIELDS, 'service.scaling');
  if (enumName(value['scalingMode'], MODES, 'service.scaling.scaling_mode') === 'MANUAL')
    throw new ApiError('UNIMPLEMENTED', 'service.scaling.scaling_mode MANUAL is not simulated.');
  const min = asInteger(value['minInstanceCount'], 'service.scaling.min_instance_count') ?? 0;
  const max = asInteger(value['maxInstanceCount'], 'service.scaling.max_instance_count') ?? 0;
  if (min < 0 || max < 0 || (max > 0 && min > max)) violation(`min_instance_count (${min}) must not exceed max_instance_count (${max}).`);
  return { minInstances: min, maxInstances: max === 0 ? null : max };
}

/** The same as a field of the resource; nothing where there is no bound. */
export function scalingJson({ minInstances, maxInstances }: ServiceBounds): Fields {
  if (minInstances === 0 && maxInstances === null) return {};
  return {
    scaling: {
      ...(minInstances > 0 && { minInstanceCount: minInstances }),
      ...(maxInstances !== null && { maxInstanceCount: maxInstances }),
    },
  };
}

function violation(why: string): never {
  throw invalid(`Violation in UpdateServiceRequest.service.scaling: ${why}`, 'service.scaling');
}
