import { runAt } from './day.ts';
import type { Hour } from './day.ts';
import { ENVIRONMENTS } from './environments.ts';

/** `npm run simulate:days`: a run in every hour of an ordinary day, in each environment. Exit code 1: something was written, or found ill. */
const rows: string[] = [];
for (const environment of ENVIRONMENTS) {
  const day: Hour[] = [];
  for (let hour = 0; hour < 24; hour += 1) day.push(await runAt(environment, hour));
  const well = day.filter(({ outcome, writes }) => outcome === 'recovered' && writes.length === 0);
  const looks = day.reduce((sum, { looks: of }) => sum + of, 0);
  rows.push(
    `${environment.name.padEnd(18)} ${well.length} of ${day.length} hours well, ${day.flatMap(({ writes }) => writes).length} writes, ${looks} looks`,
  );
  for (const { hour, outcome, writes } of day.filter((one) => !well.includes(one)))
    rows.push(`  hour ${hour}: ${outcome ?? 'no end'}${writes.map((write) => `\n    ${write}`).join('')}`);
  if (well.length < day.length) process.exitCode = 1;
}
process.stdout.write(`${rows.join('\n')}\n`);
