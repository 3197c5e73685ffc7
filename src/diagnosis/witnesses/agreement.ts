import { defined } from '../../core/defined.ts';
import { MINUTE, sayMinute } from '../../core/duration.ts';
import type { IllAsked } from '../../core/evidence-asked.ts';
import type { LookTestimony, Silence, Statement, Testimony, Witness, Word } from '../../core/model/testimony.ts';
import { failedMinutes, isOfBefore, wellSince } from './failed-minutes.ts';

export interface Agreement {
  readonly verdict: 'ill' | 'suspected' | 'well' | 'unknown';
  /** Who speaks against it; who speaks for it, when the verdict is `well`. */
  readonly witnesses: readonly Witness[];
  /** Looks, this one among them, in which one of them said so. */
  readonly looks: number;
  readonly since: number | null;
  readonly because: string;
}

/** Looks further back than this are about another time. */
const REMEMBERED_MS = 30 * MINUTE;

/** Request metrics and the platform's request log are two ways to see the same users. */
const SOURCE: Readonly<Record<Witness, string>> = {
  probes: 'probes',
  requests: 'users',
  logs: 'users',
  deaths: 'deaths',
  platform: 'platform',
};

export interface Heard {
  readonly at: number;
  readonly testimony: Testimony;
  /** Its probes answered late in this look. */
  readonly slow: boolean;
  readonly witnessed: readonly LookTestimony[];
  /** Since when the present revision serves by our hand; older looks are not about it. */
  readonly since: number | null;
}

type Words = Readonly<Record<Witness, Word>>;

/**
 * What the witnesses come to, over this look and the last ones. `ill`: by what is `asked` of them (the table of evidence):
 * independent sources agree, or one keeps saying so and no user-facing one says well. `suspected`: somebody speaks against it, not enough. `well`: somebody who met the service, or
 * its users, speaks for it and nobody against it. `unknown`: nobody says enough.
 */
export function agree(service: string, heard: Heard, asked: IllAsked): Agreement {
  const looks = looksOf(service, heard, asked.ofLooks);
  const words = defined(looks.at(-1)).words;
  const against = witnessesOf(words, 'ill');
  const constantlySlow = isConstantlySlow(service, heard, asked.lateIn);
  const all = constantlySlow && !against.includes('probes') ? [...against, 'probes' as const] : against;
  if (all.length > 0) return illOrSuspected(service, all, { looks, heard, asked, constantlySlow });
  const lately = (Object.keys(words) as Witness[]).filter((witness) => countIll(looks, witness) >= asked.aloneIn);
  if (lately.length > 0) return latelyIll(lately, looks, heard);
  return wellOrUnknown(words, heard);
}

/** What users met by the newest figures is told beside: that a probe is well, or that these speak neither way, is not that they are served. */
function latelyIll(lately: readonly Witness[], looks: readonly Look[], heard: Heard): Agreement {
  const said = result('suspected', lately, { looks, heard, before: 'ill in looks before, and not surely in this one: ' });
  const { word, because } = heard.testimony.requests;
  return word === 'well' || lately.includes('requests') || because === ''
    ? said
    : { ...said, because: `${said.because}; users: ${because}` };
}

function illOrSuspected(
  service: string,
  against: readonly Witness[],
  {
    looks,
    heard,
    asked,
    constantlySlow,
  }: { readonly looks: readonly Look[]; readonly heard: Heard; readonly asked: IllAsked; readonly constantlySlow: boolean },
): Agreement {
  const { testimony } = heard;
  const sources = new Set(against.map((witness) => SOURCE[witness]));
  const usersWell = defined(looks.at(-1)).words.requests === 'well';
  const together = looks.filter(({ words }) => sourcesAgainst(words).size >= asked.sources).length;
  const met = metWell(service, heard);
  const since = wellSince(testimony, met.since);
  const past = against.filter((witness) => isOfBefore(testimony[witness], since));
  if (past.length === against.length) return result('suspected', against, { looks, heard, before: wellWords(since, met.since) });
  const areMany = testimony.requests.samples >= asked.manyRequests;
  const requestsIn = testimony.probes.word !== 'well' ? asked.requestsIn : areMany ? asked.requestsBesideWell : asked.ofLooks;
  // Lines have no rate: while the count of the same users is of before, or falls, how many fail now is not known.
  const isOpen = (past.includes('requests') && met.looks >= asked.aloneIn) || testimony.requests.silence === 'falling';
  const present = isOpen ? against.filter((witness) => !past.includes(witness) && witness !== 'logs') : against;
  const isTold = (witness: Witness): boolean => countIll(looks, witness) >= (witness === 'requests' ? requestsIn : asked.aloneIn);
  const failing = failedMinutes(service, { testimony, before: ofPresent(heard) }, since ?? 0);
  const areSamples = testimony.probes.word === 'ill' || failing >= asked.minutesAlone;
  const lasting = present.some((witness) => isTold(witness) && (SOURCE[witness] !== 'users' || areSamples));
  const manyDeaths = testimony.deaths.word === 'ill' && testimony.deaths.samples >= asked.deaths;
  const isIll = usersWell
    ? together >= asked.againstUsersIn || (manyDeaths && countIll(looks, 'deaths') >= asked.aloneIn)
    : (sources.size >= asked.sources && together >= (isBrief(testimony, sources, asked) ? asked.briefIn : 1)) ||
      lasting ||
      constantlySlow ||
      manyDeaths;
  return result(isIll ? 'ill' : 'suspected', against, { looks, heard, before: isIll ? '' : 'suspected: ' });
}

/** One moment, seen by a probe and by the figures of a minute or two: it may be over. */
function isBrief({ requests }: Testimony, sources: ReadonlySet<string | undefined>, { sources: least, briefMinutes }: IllAsked): boolean {
  const isTheirs = sources.has('probes') && sources.has('users') && sources.size === least;
  return isTheirs && requests.word === 'ill' && requests.minutes !== undefined && requests.minutes.length <= briefMinutes;
}

/** Where the count of all requests says well, a few lines of failed ones (our own probes' may be among them) are no second source. */
function sourcesAgainst(words: Words): ReadonlySet<string | undefined> {
  const against = witnessesOf(words, 'ill').filter((witness) => witness !== 'logs' || words.requests !== 'well');
  return new Set(against.map((witness) => SOURCE[witness]));
}

/** The looks on end, this one the last, that met it well, and since when; null: this one did not, or it may have by chance alone. */
function metWell(service: string, heard: Heard): { readonly since: number | null; readonly looks: number } {
  const { at, testimony } = heard;
  const not = { since: null, looks: 0 };
  if (testimony.probes.word !== 'well') return not;
  const before = ofPresent(heard);
  const first = before.findLastIndex((look) => look.services[service]?.probes !== 'well') + 1;
  const met = before.slice(first);
  if (before[first - 1]?.services[service]?.probes === 'ill' && isLuck(testimony, met.length + 1, before.at(-1)?.at ?? at)) return not;
  return { since: met[0]?.at ?? at, looks: met.length + 1 };
}

/** So seldom it must be that every probe of these looks is one of those that are answered well. */
const LUCK = 0.05;

/**
 * Where a part of the users fails, the other part of the probes is answered well: that is no end of it while the request log goes on
 * to tell of users who fail, since the look before. Where it does not, or was not read, a probe that is well again is the newest word.
 */
function isLuck({ probes, requests, logs }: Testimony, looks: number, lookedAt: number): boolean {
  if (requests.word !== 'ill' || requests.failed === undefined || (logs.failedAt ?? 0) <= lookedAt) return false;
  const well = 1 - requests.failed / Math.max(1, requests.samples);
  return well ** (looks * Math.max(1, probes.samples)) >= LUCK;
}

/**
 * Whether users fail by figures of their own in as many minutes as a single source is asked for, since the service is otherwise met well, or
 * since it is looked at: figures come late, and what they tell of may be over. `minutes`: the ends of those in which they failed.
 */
export function failsSince(service: string, heard: Heard, minutes: readonly number[], { minutesAlone }: IllAsked): boolean {
  const { testimony } = heard;
  const looks = ofPresent(heard);
  // Of what is not met well it tells no sooner: other witnesses speak of that.
  const since = wellSince(testimony, metWell(service, heard).since) ?? looks[0]?.at ?? heard.at;
  const now = minutes.filter((at) => at > since);
  const before = looks.flatMap((look) => (look.failedAt?.[service] ?? []).filter((at) => at > since));
  const all = new Set([...before, ...now].map((at) => Math.ceil(at / MINUTE)));
  return testimony.requests.silence !== 'falling' && now.length > 0 && all.size >= minutesAlone;
}

/** The looks before this one that are about the present revision. */
function ofPresent({ at, witnessed, since }: Heard): readonly LookTestimony[] {
  return witnessed.filter((look) => look.at < at && (since === null || look.at >= since));
}

function wellWords(since: number | null, metAt: number | null): string {
  if (since === null || since === metAt) return 'suspected: its probes answer well in this look, and these figures are of before it: ';
  return `suspected, its request log holds no failed request since ${sayMinute(since)}: `;
}

function wellOrUnknown(words: Words, heard: Heard): Agreement {
  const { testimony } = heard;
  const { probes, requests } = testimony;
  const isTold = requests.word === 'well' || (requests.silence !== 'unsure' && requests.silence !== 'falling');
  const vouched =
    (probes.word === 'well' && isTold) ||
    (isExcused(probes, ['unasked', 'unreached', 'late']) && requests.word === 'well') ||
    (isExcused(probes, ['unasked', 'unreached']) && isExcused(requests, ['none', 'few']) && words.platform === 'well');
  if (vouched && words.deaths === 'well') {
    const speakFor = witnessesOf(words, 'well');
    const told = speakFor.map((witness) => testimony[witness].because);
    const quiet = requests.word === 'silent' ? [requests.because] : [];
    return { verdict: 'well', witnesses: speakFor, looks: 1, since: heard.at, because: [...told, ...quiet].join('; ') };
  }
  const missing = (['probes', 'requests', 'deaths', 'platform'] as const).filter((witness) => words[witness] === 'silent');
  const because = missing.map((witness) => `${witness}: ${testimony[witness].because}`).join('; ');
  if (probes.silence === 'late') return { verdict: 'suspected', witnesses: ['probes'], looks: 1, since: heard.at, because };
  return { verdict: 'unknown', witnesses: [], looks: 0, since: null, because };
}

/** It could not speak, for a reason that is no trouble of the service. */
function isExcused({ silence }: Statement, kinds: readonly Silence[]): boolean {
  return silence !== undefined && kinds.includes(silence);
}

interface Look {
  readonly at: number;
  readonly words: Words;
}

/** The last looks about the present revision, this one last. */
function looksOf(service: string, heard: Heard, ofLooks: number): readonly Look[] {
  const { at, testimony } = heard;
  const now = Object.fromEntries(Object.entries(testimony).map(([witness, { word }]) => [witness, word])) as Words;
  const before = ofPresent(heard)
    .filter((look) => at - look.at <= REMEMBERED_MS)
    .flatMap((look) => (look.services[service] === undefined ? [] : [{ at: look.at, words: look.services[service] }]));
  return [...before.slice(-(ofLooks - 1)), { at, words: now }];
}

function isConstantlySlow(service: string, heard: Heard, lateIn: number): boolean {
  if (!heard.slow) return false;
  const before = ofPresent(heard).slice(-(lateIn - 1));
  return before.length === lateIn - 1 && before.every((look) => look.slow?.includes(service) === true);
}

function witnessesOf(words: Words, word: Word): readonly Witness[] {
  return (Object.keys(words) as Witness[]).filter((witness) => words[witness] === word);
}

function countIll(looks: readonly Look[], witness: Witness): number {
  return looks.filter(({ words }) => words[witness] === 'ill').length;
}

function result(
  verdict: Agreement['verdict'],
  witnesses: readonly Witness[],
  { looks, heard: { testimony }, before }: { readonly looks: readonly Look[]; readonly heard: Heard; readonly before: string },
): Agreement {
  const saying = looks.filter(({ words }) => witnesses.some((witness) => words[witness] === 'ill'));
  const told = witnesses.map((witness) => testimony[witness].because).join('; ');
  const count = `${witnesses.join(' and ')} in ${Math.max(1, saying.length)} of ${looks.length} looks`;
  return { verdict, witnesses, looks: Math.max(1, saying.length), since: saying[0]?.at ?? null, because: `${before}${told} (${count})` };
}
