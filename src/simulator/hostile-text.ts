import { copyJson, jsonResponse, type SimResponse } from './messages.ts';
import { isFields, type Fields } from './surface/wire.ts';

/** Fields that outsiders or other teams fill in freely, as far as Google's grammar goes; names of resources are none of them. */
const FREE = new Set(
  (
    'message msg textPayload error title description displayName principalEmail principalSubject creator lastModifier client ' +
    'clientVersion userAgent callerSuppliedUserAgent referer detail status_message response'
  ).split(' '),
);
/** What others may hang on a resource; a label's value takes letters of any language, a few of which show nothing. */
const NOTE = 'example.com/note';
const UNSEEN_LETTER = '\u3164';

/**
 * The true answer with `added` behind every text in it that outsiders or other teams may set: log lines, messages of conditions
 * and errors, titles, actors, user agents, whatever a service says in its body; as an annotation of whatever has a template, and
 * in a field of its own, which nobody asked for.
 */
export function withHostileText(answer: SimResponse, added: string): SimResponse {
  const { status } = answer;
  const json = jsonOf(answer);
  if (status === null || json === undefined) return answer;
  const whole = told(json, added);
  return jsonResponse(status, isFields(whole) ? { ...whole, note: added } : whole);
}

function jsonOf({ json, body }: SimResponse): unknown {
  if (json !== undefined) return copyJson(json);
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function told(value: unknown, added: string): unknown {
  if (Array.isArray(value)) return value.map((each) => told(each, added));
  if (!isFields(value) || isPlatforms(value)) return value;
  const fields: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    fields[key] = typeof inner === 'string' ? (FREE.has(key) ? `${inner} ${added}` : inner) : told(inner, added);
  }
  if ('containers' in fields || 'template' in fields) Object.assign(fields, noted(fields, added));
  return fields;
}

function noted({ annotations, labels }: Fields, added: string): Fields {
  return {
    annotations: { ...(isFields(annotations) ? annotations : {}), [NOTE]: added },
    labels: { ...(isFields(labels) ? labels : {}), team: `payments${UNSEEN_LETTER}` },
  };
}

/** A line that Google itself has written: nobody else's words are in it. */
function isPlatforms({ logName, httpRequest }: Fields): boolean {
  return typeof logName === 'string' && logName.includes('varlog%2Fsystem') && httpRequest === undefined;
}
