import { objects } from './json.ts';
import type { Json } from './json.ts';

/** Where among the containers of a template the one stands that takes the requests: the one with a port, else the first. */
export function mainIndex(containers: readonly Json[]): number {
  return Math.max(
    0,
    containers.findIndex(({ ports }) => objects(ports).length > 0),
  );
}

/** The name of that one where there are several: gcloud must be told which of them its flags are about. null: there is no other. */
export function containerName({ containers }: Json): string | null {
  const all = objects(containers);
  const name = all[mainIndex(all)]?.name;
  return all.length > 1 && typeof name === 'string' ? name : null;
}
