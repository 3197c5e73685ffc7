import { objects } from './json.ts';
import type { Json } from './json.ts';

/** Where among the containers of a template the one stands that takes the requests: the one with a port, else the first. */
export function mainIndex(containers: readonly Json[]): number {
  return Math.max(
    0,
    containers.findIndex(({ ports }) => objects(ports).length > 0),
  );
}
