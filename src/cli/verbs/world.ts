import { Option } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Drawn } from '../../worlds/draw.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { exitOfSignal, printable } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { endpointOf, withClock, withCommon, withDocument, withEndpoint } from '../options.ts';
import type { CommonOptions } from '../options.ts';

interface WorldOptions extends CommonOptions {
  readonly file: string;
  readonly fromDocument?: boolean;
  readonly fromLive?: boolean;
  readonly endpoint?: string;
  readonly clock?: string;
  readonly output?: string;
}

/** What the verb needs of the composition root. */
export type WorldComposition = () => Promise<Pick<typeof import('../../composition/live.ts'), 'goLive'>>;

/** `world`: the simulated environment that a document speaks of, as a file to correct and to rehearse. */
export function world(composition: WorldComposition): Verb {
  return (program, deps) => {
    withCommon(withClock(withEndpoint(withDocument(program.command('world'))), deps))
      .description('draw the world that a document speaks of, to rehearse it in the simulator')
      .addOption(
        new Option('--from-document', 'draw it from the document alone, with guesses that the file names').conflicts(['endpoint', 'clock']),
      )
      .addOption(new Option('--from-live', 'draw it as one look sees it now, ill where it is ill').conflicts('fromDocument'))
      .option('-o, --output <file>', 'write it there instead of on stdout; a file that exists is left as it is')
      .addHelpText('after', EXAMPLES)
      .action((options: WorldOptions) => act(options, deps, composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak world -f remediation.yaml --from-document -o world.yaml
  firebreak world -f remediation.yaml --from-live -o tonight.yaml
  firebreak rehearse --world world.yaml -f remediation.yaml --break list

--from-document reads one file and asks nobody. --from-live reads as \`plan\` does, below the same guard, which refuses whatever
is not a read. Environment variables, secrets, accounts and names of people are left out; what was guessed and what cannot
be known stands at the head of the file.

Exit codes: 0 drawn · 2 a mistake in the document, the file exists, or nothing of it is there · 75 not reachable now.`;

async function act(options: WorldOptions, deps: VerbDeps, composition: WorldComposition): Promise<void> {
  if (options.fromDocument !== true && options.fromLive !== true)
    throw new UserError('usage', 'neither --from-document nor --from-live is given', 'say what the world is to be drawn from');
  const { spec } = await loadDocument(options.file, deps);
  const { worldText, FROM_DOCUMENT, FROM_LIVE } = await import('../../worlds/write.ts');
  const words = { stopping: 'nothing was written', resume: null };
  const { value: drawn, stoppedBy } = await interruptible(deps, words, (signal) => drawnFrom(options, spec, signal, composition));
  if (drawn === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  const { output, file } = options;
  const text = worldText(drawn, file, options.fromLive === true ? FROM_LIVE : FROM_DOCUMENT);
  await warnOfMistakes(text, output ?? 'the world', deps);
  if (output !== undefined) await deps.writeNewFile(output, text);
  if (options.json === true) deps.stdout.write(`${JSON.stringify({ written: output ?? null, ...drawn }, null, 2)}\n`);
  else deps.stdout.write(output === undefined ? text : `${output}: ${said(drawn.guesses.length)}\n`);
}

async function drawnFrom(options: WorldOptions, spec: RemediationSpec, signal: AbortSignal, composition: WorldComposition): Promise<Drawn> {
  if (options.fromLive !== true) return (await import('../../worlds/draw.ts')).drawWorld(spec);
  const [{ goLive }, { observeOnce }, { drawLive }] = await Promise.all([
    composition(),
    import('../../controller/observe-once.ts'),
    import('../../worlds/draw-live.ts'),
  ]);
  const { cloud, probes, clock } = await goLive({ spec, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: true });
  const drawn = drawLive({ spec, ...(await observeOnce({ spec, cloud, probes, clock, signal })) });
  if (drawn !== null) return drawn;
  throw new UserError(
    'nothing-seen',
    `none of the services of ${options.file} could be read in ${spec.region} of ${spec.project}`,
    '`firebreak plan` says for each why not; --from-document draws a world without them',
  );
}

/** What Google holds may be more than the simulator can: then the file needs a hand before it can be played. */
async function warnOfMistakes(text: string, name: string, { stderr }: VerbDeps): Promise<void> {
  const { loadWorld } = await import('../../worlds/load.ts');
  try {
    loadWorld(text, name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    stderr.write(`firebreak: warning: it cannot be played as it stands: ${printable(error.message)}\n`);
  }
}

function said(guesses: number): string {
  return `the world of the document, with ${guesses} ${guesses === 1 ? 'guess' : 'guesses'} named at its head`;
}
