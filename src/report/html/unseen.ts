import type { Figures } from '../figures/figures.ts';
import { titleOf } from '../documents/checks.ts';
import { verdictOf } from '../journal-facts.ts';
import type { RunReport } from '../run-report.ts';
import { count, several } from './says.ts';

/** What could not be seen, or only late. */
export function unseenIn(report: RunReport, { measures, looks }: Figures): readonly string[] {
  const late = new Map<string, number>();
  for (const what of looks.flatMap((look) => look.late)) late.set(what, (late.get(what) ?? 0) + 1);
  return [
    ...report.unknowns,
    ...untold(looks),
    ...[...late].map(
      ([what, times]) => `${what.replace(':', ' ')}: older than it normally is in ${several(times, 'look')} of ${count(looks.length)}`,
    ),
    ...(measures === null
      ? []
      : ['Services outside the document are not measured: whether they got better or worse over the same time is not known']),
  ];
}

/** What the newest look could not tell. */
function untold(looks: Figures['looks']): readonly string[] {
  const newest = looks.at(-1);
  const gates = Object.entries(newest?.facts.gates ?? {}).filter(([gate]) => gate !== 'all');
  return gates.flatMap(([name, verdict]) => {
    const { outcome, because } = verdictOf(verdict);
    return outcome === 'error' || outcome === 'inconclusive'
      ? [`At the newest look it could not be told whether ${titleOf({ name })}: ${because ?? 'no reason is kept'}`]
      : [];
  });
}
