import { CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY, McpServer } from '@modelcontextprotocol/server';
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { plainLine, plainValue } from '../../core/outside/plain.ts';
import { servedRuns } from '../serving/served-runs.ts';
import type { CliDeps } from '../deps.ts';
import { approveTool } from './approve.ts';
import { callVerb, failed } from './call.ts';
import type { Called, McpDeps } from './call.ts';
import { HOLD, READING } from './tools.ts';
import type { ToolInput, ToolPlace, VerbTool } from './tools.ts';

/** A target or a run: what a name of ours can be. */
const name = z.string().regex(/^[\w./-]{1,200}$/);
const FIELDS: Readonly<Record<keyof ToolInput, z.ZodType>> = {
  target: name.optional().describe('PROJECT/REGION/NAME, or its last part; needed where the state keeps several'),
  run: name.optional().describe('the id of a run, a target, or the name of a rehearsal'),
  catchUp: z.boolean().optional().describe('the story so far in at most ten lines instead'),
  reason: z.string().max(500).optional().describe('why, for the journal and the report'),
};

/** The object of the verb's `--json`: its fields are told by that, not by a schema. */
const OBJECT = z.looseObject({});

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;
const LOWERS_RISK = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;
const ASKS_A_PERSON = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false } as const;

/** One server for one connection: tools that read, one that holds, and one that asks a person to answer. */
export function mcpServer({ place, deps, verbs, signal }: McpDeps): McpServer {
  const server = new McpServer({ name: 'firebreak', version: deps.version }, { capabilities: { tools: {} } });
  const inTurn = oneByOne();
  const call = (tool: VerbTool, input: ToolInput, user = deps.user): Promise<Called> => {
    const work = (): Promise<Called> => callVerb(tool.argv(place, input), { ...deps, user }, verbs, signal);
    return tool.looks ? inTurn(work) : work();
  };
  for (const tool of READING) {
    const { title, description } = tool;
    const config = { title, description, inputSchema: inputOf(tool), outputSchema: OBJECT, annotations: READS };
    server.registerTool(tool.name, config, async (input) => resultOf(await call(tool, input as ToolInput)));
  }
  const runs = { title: 'All runs', description: 'Every run and rehearsal of the state with how it stands, newest first.' };
  server.registerTool('runs', { ...runs, inputSchema: z.strictObject({}), outputSchema: OBJECT, annotations: READS }, async () =>
    resultOf(await runsOf(place, deps)),
  );
  const hold = {
    title: HOLD.title,
    description: HOLD.description,
    inputSchema: inputOf(HOLD),
    outputSchema: OBJECT,
    annotations: LOWERS_RISK,
  };
  server.registerTool(HOLD.name, hold, async (input, context) => {
    return resultOf(await call(HOLD, input as ToolInput, `mcp:${clientOf(server, context)}`));
  });
  const approve = {
    title: 'Ask a person to answer',
    description:
      'Shows a person the open question of the run by a one-time link to its page, where every diff stands and a button answers. It approves nothing by itself.',
    inputSchema: inputOf({ takes: ['target'] }),
    annotations: ASKS_A_PERSON,
  };
  server.registerTool('approve', approve, (input, context) =>
    approveTool({ place, deps, verbs, signal }, input as ToolInput, {
      state: context.mcpReq.requestState(),
      showsLinks: showsLinks(server, context),
    }),
  );
  return server;
}

function inputOf({ takes }: Pick<VerbTool, 'takes'>): z.ZodObject {
  return z.strictObject(Object.fromEntries(takes.map((field) => [field, FIELDS[field]])));
}

/** The result as an object, and as text for clients that know no objects. */
function resultOf({ object, isError }: Called): CallToolResult {
  const structuredContent = plainValue(object) as Record<string, unknown>;
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent, isError };
}

async function runsOf({ state }: ToolPlace, deps: CliDeps): Promise<Called> {
  try {
    return { object: { runs: await servedRuns(state, deps).list() }, isError: false };
  } catch (thrown) {
    return failed('store', thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Who asks, as it names itself: a claim, like every name. */
function clientOf(server: McpServer, { mcpReq }: ServerContext): string {
  const said = field(mcpReq.envelope, CLIENT_INFO_META_KEY) ?? server.server.getClientVersion();
  const own = field(said, 'name');
  const words = typeof own === 'string' ? plainLine(own).trim().slice(0, 60) : '';
  return words === '' ? 'unnamed' : words;
}

/** Whether the client can show a link to its person. */
function showsLinks(server: McpServer, { mcpReq }: ServerContext): boolean {
  const able = field(mcpReq.envelope, CLIENT_CAPABILITIES_META_KEY) ?? server.server.getClientCapabilities();
  return field(field(able, 'elicitation'), 'url') !== undefined;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** Work that waits for the work before it: looks at the cloud share its quota. */
function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
