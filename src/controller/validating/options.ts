import type { JudgeInput } from '../../diagnosis/witnesses/judge-input.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { ActivityOptions } from '../activities/options.ts';

/** What the validation needs: the eyes, the probes, and a look into the logs. It writes nothing. */
export type ValidateOptions = Pick<ActivityOptions, 'spec' | 'probes' | 'observer' | 'clock'> & { readonly cloud: Pick<Cloud, 'logs'> };

/** Base URLs of services by name; null where none is known. */
export type UriOf = (service: string) => string | null;

/** One validation under way: everything a check may look at. */
export interface Validation {
  readonly options: ValidateOptions;
  readonly observation: Observation;
  readonly facts: JudgeInput;
  readonly uriOf: UriOf;
  readonly signal: AbortSignal;
}

/** A path on a service, or null where its address is not known. */
export function urlOf(uriOf: UriOf, service: string, path: string): string | null {
  const uri = uriOf(service);
  return uri === null ? null : `${uri.replace(/\/$/, '')}${path}`;
}
