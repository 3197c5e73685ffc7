import { inputRequired } from '@modelcontextprotocol/server';
import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { commandLine } from '../../core/commands.ts';
import { servedAnswers } from '../serving/served-answers.ts';
import { callVerb } from './call.ts';
import type { McpDeps } from './call.ts';
import { kept, named } from './tools.ts';
import type { ToolInput } from './tools.ts';

interface Round {
  /** What came back with the client's second call; undefined: it is the first. It is the client's word, and only ever looked up. */
  readonly state: unknown;
  readonly showsLinks: boolean;
}

const LEFT = z.object({ runId: z.string().max(200), order: z.string().regex(/^link-[\w-]{1,40}$/) });
const MADE = z.object({ url: z.string(), runId: z.string(), order: z.string() });

/**
 * Leads a person to the page; a yes that a client says has been said by the client, and counts for nothing here. The link itself goes
 * to the client's person and into no result, which a model would read. Called again, it tells what the run took.
 */
export async function approveTool(given: McpDeps, input: ToolInput, round: Round): Promise<CallToolResult | InputRequiredResult> {
  const { place, deps, verbs, signal } = given;
  const left = leftBefore(round.state);
  if (left !== null) return said(await becameOf(given, left));
  const shell = commandLine('approve', { state: place.state, target: input.target });
  if (!round.showsLinks)
    return said([`This client can show no link to a person. Whoever may answer does it on the page of the run, or with: ${shell}`]);
  const made = await callVerb(['link', 'approve', ...kept(place), ...named(input.target)], deps, verbs, signal);
  const link = MADE.safeParse(made.object);
  if (!link.success) return { content: [{ type: 'text', text: JSON.stringify(made.object) }], isError: true };
  const { url, runId, order } = link.data;
  return inputRequired({
    inputRequests: { answer: inputRequired.elicitUrl({ message: `Run ${runId} asks for an answer: look at its steps and decide`, url }) },
    requestState: JSON.stringify({ runId, order }),
  });
}

function leftBefore(state: unknown): z.infer<typeof LEFT> | null {
  if (typeof state !== 'string') return null;
  try {
    return LEFT.safeParse(JSON.parse(state)).data ?? null;
  } catch {
    return null;
  }
}

async function becameOf({ place, deps }: McpDeps, { runId, order }: z.infer<typeof LEFT>): Promise<readonly string[]> {
  const became = await servedAnswers(place.state, deps).became(runId, order);
  return became?.words ?? ['Nobody has answered by the link yet: nothing was approved.'];
}

function said(words: readonly string[]): CallToolResult {
  return { content: [{ type: 'text', text: words.join('\n') }] };
}
