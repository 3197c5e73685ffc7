import { Option } from 'commander';
import type { Scenario } from '../../simulator/scenario.ts';
import type { Verb, VerbDeps } from '../deps.ts';
import { exitOfSignal } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { port, speed, withCommon, worldOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { standstillWords } from '../process/standstill.ts';

interface SimulateOptions extends CommonOptions {
  readonly port: number;
  readonly scenario: string;
  readonly world?: string;
  readonly speed: number;
  readonly clock: 'real' | 'lockstep';
  readonly pgPort?: number;
  readonly list?: boolean;
}

/** `simulate`: Google Cloud and the services of a scenario on one port, until it is interrupted. */
export const simulate: Verb = (program, deps) => {
  withCommon(program.command('simulate'))
    .description('the embedded simulator of Google Cloud on a port of this machine')
    .addOption(new Option('--port <port>', 'port to listen on; 0 takes a free one').argParser(port).default(0))
    .option('--scenario <name>', 'which incident happens', 'issue-1278')
    .addOption(worldOption('scenario', 'list'))
    .addOption(new Option('--speed <factor>', 'how much faster than real time its clock goes').argParser(speed).default(1))
    .addOption(
      new Option(
        '--clock <kind>',
        'lockstep: time moves with the processes that join it (--clock of theirs), as soon as none has anything in flight',
      )
        .choices(['real', 'lockstep'])
        .default('real')
        .conflicts('speed'),
    )
    .addOption(new Option('--pg-port <port>', 'port on which its database answers PostgreSQL clients; 0 takes a free one').argParser(port))
    .option('--list', 'list the scenarios and stop')
    .addHelpText(
      'after',
      '\nExamples:\n  firebreak simulate --port 8787 --clock lockstep\n  firebreak simulate --world world.yaml --port 8787\n  firebreak run --endpoint http://127.0.0.1:8787 --clock http://127.0.0.1:8787',
    )
    .action(async (options: SimulateOptions) => (options.list === true ? list(options, deps) : serve(options, deps)));
};

async function list(options: SimulateOptions, deps: VerbDeps): Promise<void> {
  const { listScenarios } = await import('../../simulator/scenario.ts');
  const scenarios = listScenarios();
  const widest = Math.max(...scenarios.map(({ name }) => name.length));
  const lines = scenarios.map(({ name, title }) => `${name.padEnd(widest)}  ${title}`);
  deps.stdout.write(options.json === true ? `${JSON.stringify({ scenarios }, null, 2)}\n` : `${lines.join('\n')}\n`);
}

async function serve(options: SimulateOptions, deps: VerbDeps): Promise<void> {
  const [scenario, { serveSimulator }] = await Promise.all([scenarioOf(options, deps), import('../../simulator/server.ts')]);
  const { port: httpPort, pgPort } = options;
  const factor = options.clock === 'lockstep' ? 'lockstep' : options.speed;
  const onStandstill = (described: string, forMs: number): void => deps.stderr.write(`firebreak: ${standstillWords(described, forMs)}\n`);
  const server = await serveSimulator({
    port: httpPort,
    scenario,
    speed: factor,
    onStandstill,
    ...(pgPort === undefined ? {} : { pgPort }),
  });
  const database = server.pgPort === null ? null : `postgresql://127.0.0.1:${server.pgPort}`;
  deps.stdout.write(
    options.json === true
      ? `${JSON.stringify({ listening: server.url, scenario: scenario.name, speed: factor, ...(database !== null && { database }) })}\n`
      : `listening on ${server.url}\n${database === null ? '' : `database on ${database}\n`}`,
  );
  const { stoppedBy } = await interruptible(deps, { stopping: 'closing the simulator', resume: null }, untilAborted);
  await server.close();
  if (stoppedBy !== null) deps.finish(exitOfSignal(stoppedBy));
}

async function scenarioOf({ scenario, world }: SimulateOptions, deps: VerbDeps): Promise<Scenario> {
  if (world !== undefined) return (await (await import('../../worlds/load.ts')).readWorld(world, deps.readFile)).scenario;
  return (await import('../../simulator/scenario.ts')).readScenario(scenario);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
