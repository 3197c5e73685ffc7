import { KNOWN_WRONG } from './known-wrong.ts';
import { worldsTable } from './table.ts';
import { judgeWorld, worldNames } from './worlds.ts';
import type { Verdict } from './worlds.ts';

/** `npm run worlds [-- PART …]`: the table of all worlds, or of those whose names hold one of these. Exit code 1: one is wrong and not listed. */
const parts = process.argv.slice(2);
const chosen = worldNames().filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)));
const verdicts: Verdict[] = [];
for (const name of chosen) {
  const verdict = await judgeWorld(name);
  verdicts.push(verdict);
  process.stderr.write(`${verdict.unmet.length === 0 ? 'right' : 'WRONG'} ${name}\n${verdict.unmet.map((line) => `  ${line}\n`).join('')}`);
}
process.stdout.write(`${worldsTable(verdicts, KNOWN_WRONG)}\n`);
process.exitCode = verdicts.some(({ world, unmet }) => unmet.length > 0 && !(world in KNOWN_WRONG)) ? 1 : 0;
