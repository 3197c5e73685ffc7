import { MINUTE, sayDuration } from '../core/duration.ts';
import { AGREE_IN, OF_LOOKS } from '../diagnosis/agreement.ts';
import type { Agreement } from '../diagnosis/agreement.ts';

export type ChangeClass = 'pin' | 'deploy' | 'canary' | 'shift' | 'restore' | 'scale-connector';

/** What a class of change asks for before it is written. */
export interface EvidenceAsked {
  /** Independent sources that agree that the service is ill: probes, users (request metrics, platform's request log), deaths, platform. */
  readonly sources: number;
  /** Looks, the newest among them, in which they do. */
  readonly looks: number;
  /** In so many of the last looks a single source is enough, unless users are served well. 0: never. */
  readonly aloneIn: number;
  /** The newest look may be no older at the instant of the write. */
  readonly freshMs: number;
  readonly also: string;
  /** What forbids it whatever the sources say. */
  readonly vetoedBy: string;
}

const FRESH = 5 * MINUTE;

/** The one table: what is asked before a write, by class of change. The less a change can be undone, the more. */
export const EVIDENCE_ASKED: Readonly<Record<ChangeClass, EvidenceAsked>> = {
  pin: {
    sources: 2,
    looks: 1,
    aloneIn: AGREE_IN,
    freshMs: FRESH,
    also: 'lastHealthy: a revision that has served users well, by the requests of the last day and of the run',
    vetoedBy: 'the target dies of itself, is not ready, or served users worse than what serves now',
  },
  deploy: {
    sources: 2,
    looks: 1,
    aloneIn: AGREE_IN,
    freshMs: FRESH,
    also: 'its dependencies healthy by their own witnesses',
    vetoedBy: 'the image is the one that dies, or the cause lies where no revision mends it',
  },
  canary: {
    sources: 0,
    looks: 1,
    aloneIn: 0,
    freshMs: FRESH,
    also: 'the new revision ready, and its probe by its own tag well',
    vetoedBy: 'a container of the new revision died',
  },
  shift: {
    sources: 0,
    looks: 1,
    aloneIn: 0,
    freshMs: FRESH,
    also: 'the canary not worse than what served before it',
    vetoedBy: 'deaths or failing requests of the new revision',
  },
  restore: {
    sources: 2,
    looks: 1,
    aloneIn: AGREE_IN,
    freshMs: FRESH,
    also: 'what is put back served users no worse than what serves now',
    vetoedBy: 'absent data; a target whose record is worse',
  },
  'scale-connector': {
    sources: 2,
    looks: 3,
    aloneIn: AGREE_IN,
    freshMs: FRESH,
    also: 'connector cpu at or above its goal in each of these looks, and time-outs of a service that rides it towards a private address',
    vetoedBy: 'a serving revision, or the one to be pinned, dies of itself',
  },
};

/** Whether what the witnesses come to is enough for this change; null: it is, else the reason in words. */
export function lacking(change: ChangeClass, service: string, agreement: Agreement | undefined): string | null {
  const asked = EVIDENCE_ASKED[change];
  if (agreement?.verdict === 'ill') return null;
  const found = agreement === undefined ? `${service} was not looked at` : agreement.because;
  const kind = agreement?.verdict === 'suspected' ? '' : `whether ${service} is ill is not known: `;
  return `${kind}${found}; ${askedWords(change, asked)}`;
}

function askedWords(change: ChangeClass, { sources, aloneIn }: EvidenceAsked): string {
  return `a ${change} asks for ${sources} independent sources, or one in ${aloneIn} of ${OF_LOOKS} looks without users served well`;
}

/** The table as Markdown, for the README. */
export function evidenceTable(): string {
  const rows = Object.entries(EVIDENCE_ASKED).map(([change, asked]) => [
    change,
    sourcesWords(asked),
    String(asked.looks),
    sayDuration(asked.freshMs),
    asked.also,
    asked.vetoedBy,
  ]);
  const head = ['change', 'who must say that it is ill', 'looks', 'newest look at most', 'also', 'vetoed by'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The same for `--help`. */
export function evidenceHelp(): string {
  const lines = Object.entries(EVIDENCE_ASKED).map(
    ([change, asked]) => `  ${change}: ${sourcesWords(asked)}; ${asked.also}; not when ${asked.vetoedBy}`,
  );
  return `\n\nEvidence that each change asks for (a probe alone, in one look, moves nothing):\n${lines.join('\n')}`;
}

function sourcesWords({ sources, looks, aloneIn }: EvidenceAsked): string {
  if (sources === 0) return 'judged by its own gate';
  const over = looks > 1 ? `, over ${looks} looks` : '';
  return `${sources} independent sources in one look, or 1 in ${aloneIn} of ${OF_LOOKS} looks while users are not served well${over}`;
}
