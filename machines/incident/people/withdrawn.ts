import type { IncidentContext } from '../context.ts';
import { sayInstant } from './say-instant.ts';
import { allLeft } from '../steps.ts';

/** Words for a question that is not asked any more because later looks have taken its reason away. */

interface Scope {
  readonly context: IncidentContext;
}

type Change = Partial<IncidentContext>;

export function question({ context }: Scope): Change {
  const { question: asked, look, target } = context;
  const now = look?.present?.question?.text;
  const why =
    asked?.id === 'failure'
      ? `By the looks until ${instantWords(look)} all is well.`
      : `The looks until ${instantWords(look)} no longer ask it.`;
  const next = now === undefined ? 'Nothing is asked in its place.' : 'Another one takes its place.';
  return {
    // What was missing is coming in: the next plan may wait for more of it.
    waitedLooks: 0,
    outbox: [...context.outbox, `${target}: the question is withdrawn: ${asked?.text ?? ''} ${why} ${next}`],
  };
}

export function approval({ context }: Scope): Change {
  const { plan, standings, look, target } = context;
  const gone = allLeft(context)
    .filter(({ id }) => ['gone', 'vetoed'].includes(standings[id]?.word ?? ''))
    .map(({ id }) => `${id} (${standings[id]?.because ?? ''})`);
  return {
    outbox: [
      ...context.outbox,
      `${target}: the question is withdrawn: the yes to plan ${plan?.hash.slice(0, 8) ?? ''} is not needed as it stands. By the looks until ${instantWords(look)} this has changed: ${gone.join('; ')}. Planning again.`,
    ],
  };
}

function instantWords(look: IncidentContext['look']): string {
  return look === null ? 'now' : sayInstant(look.at);
}
