import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { withCommon, withDocument } from '../options.ts';
import type { CommonOptions } from '../options.ts';

interface WorldOptions extends CommonOptions {
  readonly file: string;
  readonly output?: string;
}

/** `world`: the simulated environment that a document speaks of, as a file to correct and to rehearse. */
export const world: Verb = (program, deps) => {
  withCommon(withDocument(program.command('world')))
    .description('draw the world that a document speaks of, to rehearse it in the simulator')
    .requiredOption('--from-document', 'draw it from the document alone, with guesses that the file names')
    .option('-o, --output <file>', 'write it there instead of on stdout; a file that exists is left as it is')
    .addHelpText('after', EXAMPLES)
    .action((options: WorldOptions) => act(options, deps));
};

const EXAMPLES = `
Examples:
  firebreak world -f remediation.yaml --from-document -o world.yaml
  firebreak rehearse --world world.yaml -f remediation.yaml --break list

It reads one file, asks nobody, and changes nothing.`;

async function act(options: WorldOptions, deps: VerbDeps): Promise<void> {
  const { spec } = await loadDocument(options.file, deps);
  const [{ drawWorld }, { worldText }] = await Promise.all([import('../../worlds/draw.ts'), import('../../worlds/write.ts')]);
  const drawn = drawWorld(spec);
  const { output } = options;
  if (output !== undefined) await deps.writeNewFile(output, worldText(drawn, options.file));
  if (options.json === true) deps.stdout.write(`${JSON.stringify({ written: output ?? null, ...drawn }, null, 2)}\n`);
  else deps.stdout.write(output === undefined ? worldText(drawn, options.file) : `${output}: ${said(drawn.guesses.length)}\n`);
}

function said(guesses: number): string {
  return `the world of the document, with ${guesses} ${guesses === 1 ? 'guess' : 'guesses'} named at its head`;
}
