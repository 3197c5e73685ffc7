import { Option } from 'commander';
import { plain } from '../../core/outside/plain.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { printable } from '../process/exit.ts';
import { findRun } from '../runs/find-run.ts';
import type { FoundRun } from '../runs/find-run.ts';
import { keptReport } from '../reports/kept-report.ts';
import { withCommon, withSelection } from '../options.ts';
import type { CommonOptions, SelectOptions } from '../options.ts';
import { FORMATS, FORMAT_NAMES, formatLines, formatOf, renderAs } from '../reports/report-formats.ts';
import type { Format, FormatName, Reported } from '../reports/report-formats.ts';
import { writeReport } from '../reports/report-file.ts';
import { placeIn } from '../place.ts';
import { isDriven, outcomeOf, timeOfRun } from '../runs/select-run.ts';

interface ReportOptions extends CommonOptions, SelectOptions {
  readonly format?: FormatName;
  readonly output?: string;
  readonly force?: boolean;
}

/** `report`: any run of the store, at any time, in the form that its reader needs. Reads only. */
export const report: Verb = (program, deps) => {
  withCommon(withSelection(program.command('report').argument('[run]', 'a run, a target or a rehearsal (default: the newest)'), deps))
    .description('the report of a run: one that has ended, one at work or a rehearsal; reads only, and takes no lease')
    .addOption(
      new Option('--format <format>', `${FORMAT_NAMES.join(', ')} (default: text, or by the ending of FILE)`).choices(FORMAT_NAMES),
    )
    .option('-o, --output <file>', 'write it into this file, in one piece; a report of the same run there is replaced')
    .option('--force', 'replace whatever stands in FILE')
    .addHelpText('after', `\nFormats:\n${formatLines().join('\n')}\n\n${EXAMPLES}`)
    .action((run: string | undefined, options: ReportOptions) => act(run, options, deps));
};

const EXAMPLES = `Examples:
  firebreak report
  firebreak report issue-1278 --format md -o incident.md
  firebreak report no-improvement-1278 --json`;

async function act(named: string | undefined, options: ReportOptions, deps: VerbDeps): Promise<void> {
  const found = await findRun(named, options, deps);
  if (found.note !== null) deps.stderr.write(`firebreak: ${printable(found.note)}\n`);
  const toFile = options.output !== undefined;
  const name = options.json === true && !toFile ? 'json' : formatOf(options.format, options.output);
  const format: Format = FORMATS[name];
  const [render, reported] = await Promise.all([format.load(), reportedOf(found, options, deps)]);
  const text = plain(renderAs(name, render, reported));
  if (options.output === undefined) return deps.stdout.write(text);
  const { runId, target } = found;
  const replaced = await writeReport({ file: options.output, text, runId, force: options.force === true }, deps);
  if (replaced !== null) deps.stderr.write(`firebreak: ${printable(`${options.output}: ${replaced}; it is replaced`)}\n`);
  const result = { target, runId, format: name, file: options.output, outcome: reported.report.outcome };
  deps.stdout.write(options.json === true ? `${JSON.stringify(result, null, 2)}\n` : `${printable(options.output)}\n`);
}

/** What is known of the run now, and what a rehearsal was of. */
async function reportedOf(found: FoundRun, options: SelectOptions, deps: VerbDeps): Promise<Reported> {
  const { store, runId, rehearsal, status } = found;
  const kept = await keptReport(store, runId, rehearsal ?? {});
  const isAtWork = outcomeOf(found) === null && status !== null;
  const time = isAtWork && rehearsal === null ? await timeOfRun(options, found, deps) : null;
  return {
    ...kept,
    status: isAtWork ? status : null,
    driven: time === null ? null : isDriven(found, time.now),
    state: options.state,
    place: placeIn({ ...options, ...(rehearsal === null ? { target: found.target, file: undefined } : {}) }, found.record),
  };
}
