import type { Verdict } from './worlds.ts';

const SAID = 100;

/** `world | right | done | said | verdict`, one line each, and the totals. `known`: what is known to end wrongly, and why. */
export function worldsTable(verdicts: readonly Verdict[], known: Readonly<Record<string, string>>): string {
  const rows = verdicts.map((verdict) => [verdict.world, verdict.right, verdict.done, shortened(verdict.said), wordOf(verdict, known)]);
  const wrong = verdicts.filter(({ unmet }) => unmet.length > 0);
  const total = `${verdicts.length} worlds: ${verdicts.length - wrong.length} end as they should, ${wrong.length} do not`;
  return [HEAD, ...rows]
    .map((row) => row.join(' | '))
    .concat('', total)
    .join('\n');
}

const HEAD = ['world', 'right', 'done', 'said last', 'verdict'] as const;

function wordOf({ world, unmet }: Verdict, known: Readonly<Record<string, string>>): string {
  if (unmet.length === 0) return world in known ? 'right, though listed as wrong' : 'right';
  return `WRONG${world in known ? ' (known)' : ''}: ${unmet.map(shortened).join('; ')}`;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '/');
  return line.length <= SAID ? line : `${line.slice(0, SAID - 1)}…`;
}
