import { InvalidArgumentError } from 'commander';
import { TELLS_NOBODY } from '../../core/model/communication.ts';
import { UserError } from '../../core/errors.ts';
import { locatedOf } from '../../core/region.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import type { Notes } from '../../survey/lines.ts';
import type { LookOptions } from '../../survey/run-survey.ts';
import { SPLIT } from '../../survey/lines.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { exitOfSignal } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { DEFAULT_DOCUMENT, endpointOf, withClock, withCommon, withEndpoint } from '../options.ts';
import type { CommonOptions } from '../options.ts';

interface InitOptions extends CommonOptions {
  readonly project?: string;
  readonly region: readonly string[];
  readonly fromWorld?: string;
  readonly service: readonly string[];
  readonly output: string;
  readonly endpoint?: string;
  readonly clock?: string;
}

/** What the verb needs of the composition root. */
export type InitComposition = () => Promise<
  Pick<typeof import('../../composition/live.ts'), 'goLive'> & Pick<typeof import('../../composition/offline.ts'), 'lookOffline'>
>;

/** `init`: the first Remediation document of an environment, from one look at it. */
export function init(composition: InitComposition): Verb {
  return (program, deps) => {
    withCommon(withClock(withEndpoint(program.command('init')), deps))
      .description('look at an environment once and write its first Remediation document; changes nothing there')
      .option('--project <project>', 'the Google Cloud project', named)
      .option('--region <region>', 'the region of the services; of several the first is the document’s own, once for each', regions, [])
      .option('--service <name>', 'only this service; once for each', (name: string, before: readonly string[]) => [...before, name], [])
      .option('--from-world <file>', 'look at a simulated world instead, such as deploy/examples/bakery/world.yaml')
      .option('-o, --output <file>', 'where to write it; `-` prints it. A file that exists is left as it is', DEFAULT_DOCUMENT)
      .addHelpText('after', EXAMPLES)
      .action((options: InitOptions) => act(options, deps, composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak init --project my-project --region us-central1
  firebreak init --project my-project --region us-central1 --service api --service web -o api.yaml
  firebreak init --project my-project --region europe-north1 --region europe-west4
  firebreak init --from-world deploy/examples/bakery/world.yaml -o -

It reads services, connectors, databases, load balancers and two metrics, and sends each service a few GETs (/health,
/healthz, /ready, / and the path of its start-up probe) until one answers well. Below all clients the guard of \`plan\`
refuses whatever is not a read. At a terminal it asks which of several serving revisions may get all the traffic, and whether
a connector may be enlarged; in a pipe it asks nobody. Guesses, open questions and what could not be read are comments.

Exit codes: 0 written · 2 the file exists, a wrong option, or no services to be listed · 75 not reachable now.`;

function named(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

/** `a,b` and `a` then `b` are the same. */
function regions(text: string, before: readonly string[]): readonly string[] {
  const parts = text.split(',').map((part) => named(part).trim());
  return [...before, ...parts];
}

async function act(options: InitOptions, deps: VerbDeps, composition: InitComposition): Promise<void> {
  const { output } = options;
  if (output !== '-') await mustBeNew(output, deps);
  const [{ survey }, { documentText }, { notesIn }, { loadSpec }, { askAbout, UNANSWERED }] = await Promise.all([
    import('../../survey/run-survey.ts'),
    import('../../survey/document.ts'),
    import('../../survey/lines.ts'),
    import('../../spec/load.ts'),
    import('../../survey/questions.ts'),
  ]);
  const words = { stopping: 'nothing was written', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, (signal) =>
    looked(options, deps, composition, (at) => survey({ ...at, only: options.service, signal })),
  );
  if (value === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  const name = output === '-' ? DEFAULT_DOCUMENT : output;
  const ask = output === '-' || options.json === true ? undefined : deps.ask;
  const text = documentText(value, name, ask === undefined ? UNANSWERED : await askAbout(value, ask));
  const { spec } = loadSpec(text, name, deps.env);
  if (output !== '-') await deps.writeNewFile(output, text);
  const notes = notesIn(text);
  if (options.json === true)
    deps.stdout.write(
      `${JSON.stringify({ written: output === '-' ? null : output, services: spec.services.map((one) => one.name), ...notes, document: text }, null, 2)}\n`,
    );
  else deps.stdout.write(output === '-' ? text : said(output, spec.services.length, { ...notes, first: splitsAsked(text) }, options));
}

type At = Pick<LookOptions, 'project' | 'regions' | 'cloud' | 'probes' | 'clock'>;

/** Looks where the options point: at Google, a simulator on a port, or a world in this process. */
async function looked<T>(options: InitOptions, deps: VerbDeps, composition: InitComposition, look: (at: At) => Promise<T>): Promise<T> {
  const { fromWorld } = options;
  if (fromWorld !== undefined) {
    const [{ lookOffline }, { readWorld }] = await Promise.all([composition(), import('../../worlds/load.ts')]);
    const { scenario } = await readWorld(fromWorld, deps.readFile, '--from-world');
    const { project } = scenario.world;
    const seen = regionsIn(scenario);
    mustBeSame(options, { project, regions: seen }, fromWorld);
    return lookOffline(scenario, (at) => look({ ...at, project, regions: seen }), seen);
  }
  const { project, regions: asked } = await placeOf(options);
  const { goLive } = await composition();
  const spec = { project, region: asked[0], communication: TELLS_NOBODY };
  const live = await goLive({ spec, regions: asked, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: true });
  return look({ ...live, project, regions: asked });
}

/** Those that a world has services in, its own first. */
function regionsIn({ world: { region, services } }: Scenario): readonly [string, ...string[]] {
  const others = services.map(({ name }) => locatedOf(name, region).region).filter((each) => each !== region);
  return [region, ...new Set(others)];
}

interface PlaceAsked {
  readonly project: string;
  /** The document's own first. */
  readonly regions: readonly [string, ...string[]];
}

async function placeOf(options: InitOptions): Promise<PlaceAsked> {
  const [{ project: ofProject }, { region: ofRegion }] = await Promise.all([
    import('../../spec/schema.ts'),
    import('../../spec/schema-services.ts'),
  ]);
  const checked = (what: 'project' | 'region', value: string | undefined): string => {
    if (value === undefined)
      throw new UserError('usage', `--${what} is missing`, 'give --project and --region, or a simulated world with --from-world');
    const { error, data } = { project: ofProject, region: ofRegion }[what].safeParse(value);
    if (data !== undefined) return data;
    throw new UserError('usage', `--${what}: ${error?.issues[0]?.message ?? 'not legal'}`, 'write it as `gcloud` lists it');
  };
  const [own, ...others] = options.region;
  const project = checked('project', options.project);
  const regions = [checked('region', own), ...others.map((one) => checked('region', one))] as const;
  const twice = regions.find((one, index) => regions.indexOf(one) < index);
  if (twice !== undefined) throw new UserError('usage', `--region ${twice} is given twice`, 'give each region once');
  return { project, regions };
}

function mustBeSame(options: InitOptions, { project, regions }: PlaceAsked, file: string): void {
  const given = [options.endpoint, options.clock].some((one) => one !== undefined);
  if (given) throw new UserError('usage-conflict', '--from-world asks nobody, and --endpoint is somebody to ask', 'leave one of them out');
  const other = (what: 'project' | 'region', said: string, is: string): UserError =>
    new UserError('usage-conflict', `--${what} is ${said}, and the world of ${file} is ${is}`, `leave --${what} out`);
  if (options.project !== undefined && options.project !== project) throw other('project', options.project, project);
  const stranger = options.region.find((one) => !regions.includes(one));
  if (stranger !== undefined) throw other('region', stranger, regions.join(' and '));
}

/** Asked before the look, which takes a while. */
async function mustBeNew(file: string, { readFile }: VerbDeps): Promise<void> {
  const there = await readFile(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  if (there)
    throw new UserError(
      'file-exists',
      `${file}: there is a file of this name, and it is left as it is`,
      'name another one with -o, or move it away',
    );
}

/** Lines of the document that ask which of several serving revisions shall have the traffic. */
function splitsAsked(text: string): readonly number[] {
  return text.split('\n').flatMap((line, index) => (line.includes(`# question: ${SPLIT}`) ? [index + 1] : []));
}

function said(
  file: string,
  services: number,
  { guesses, questions, unread, first }: Notes & { readonly first: readonly number[] },
  { endpoint, clock }: InitOptions,
): string {
  const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
  const missing = unread === 0 ? '' : `, and ${many(unread, 'thing')} that could not be read`;
  const reach = `${endpoint === undefined ? '' : ` --endpoint ${endpoint}`}${clock === undefined ? '' : ` --clock ${clock}`}`;
  return [
    `${file}: ${many(services, 'service')}, with ${many(guesses, 'guess').replace('guesss', 'guesses')} and ${many(questions, 'question')} in its comments${missing}`,
    ...(first.length === 0
      ? []
      : [
          `Answer first, on line ${first.join(', ')}: traffic is split over several revisions, and a run leaves it so until a pin says which one.`,
        ]),
    'Read it through, then:',
    `  firebreak plan -f ${file}${reach}`,
    `  firebreak rehearse -f ${file} --all`,
    '',
  ].join('\n');
}
