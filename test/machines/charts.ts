import { globSync } from 'node:fs';
import { StateMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { ROOT } from '../architecture/source.ts';

export interface NamedChart {
  readonly file: string;
  readonly machine: AnyStateMachine;
}

/** Every machine that any `*.machine.ts` below `machines/` exports. */
export async function everyChart(): Promise<readonly NamedChart[]> {
  const files = globSync('machines/**/*.machine.ts', { cwd: ROOT }).toSorted();
  const found = await Promise.all(
    files.map(async (file) => {
      const exported: Readonly<Record<string, unknown>> = await import(`${ROOT}${file}`);
      return Object.values(exported).flatMap((value) => (value instanceof StateMachine ? [{ file, machine: value }] : []));
    }),
  );
  return found.flat();
}
