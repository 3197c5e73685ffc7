import { EXIT } from '../process/exit.ts';
import type { ExitCode } from '../process/exit.ts';

/** What a run's end means to the shell (DESIGN section 11). */
export function exitOfOutcome(outcome: string): ExitCode {
  switch (outcome) {
    case 'recovered':
      return EXIT.ok;
    case 'restored':
      return EXIT.failed;
    case 'refused':
      return EXIT.usage;
    case 'aborted':
      return EXIT.human;
    case 'escalated':
      return EXIT.escalated;
    case 'escalated-but-unreached':
      return EXIT.unreached;
    default:
      return EXIT.bug;
  }
}
