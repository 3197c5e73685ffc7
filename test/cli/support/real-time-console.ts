import type { CliDeps } from '../../../src/cli/deps.ts';
import { createWallClock } from '../../../src/clocks/wall-clock.ts';
import { Console } from './console.ts';

/** A terminal in real time, for verbs that talk to a simulator on a port. `onLine` hears each line of stdout. */
export class RealTimeConsole extends Console {
  onLine: (line: string) => void = () => {};

  override deps(): CliDeps {
    const deps = super.deps();
    const write = (text: string): void => {
      deps.stdout.write(text);
      for (const line of text.split('\n').slice(0, -1)) this.onLine(line);
    };
    return { ...deps, clock: createWallClock(), stdout: { ...deps.stdout, write } };
  }
}
