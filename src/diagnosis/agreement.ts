import { MINUTE } from '../core/duration.ts';
import type { LookTestimony, Silence, Statement, Testimony, Witness, Word } from '../core/model/testimony.ts';

export interface Agreement {
  readonly verdict: 'ill' | 'suspected' | 'well' | 'unknown';
  /** Who speaks against it; who speaks for it, when the verdict is `well`. */
  readonly witnesses: readonly Witness[];
  /** Looks, this one among them, in which one of them said so. */
  readonly looks: number;
  readonly since: number | null;
  readonly because: string;
}

/** A single witness counts when it says so in this many of the last looks. */
export const AGREE_IN = 3;
export const OF_LOOKS = 5;
/** Looks in which requests must be ill to count by themselves: they are many samples each. */
const REQUESTS_AGREE_IN = 2;
/** So many deaths within minutes are samples enough of their own. */
const DEATHS_AGREE = 3;
/** Answers that are right but late count when every look of these was late. */
const SLOW_LOOKS = 12;
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
 * What the witnesses come to, over this look and the last ones. `ill`: two independent sources agree, or one keeps saying so and
 * no user-facing one says well. `suspected`: somebody speaks against it, not enough. `well`: somebody who met the service, or
 * its users, speaks for it and nobody against it. `unknown`: nobody says enough.
 */
export function agree(service: string, heard: Heard): Agreement {
  const looks = looksOf(service, heard);
  const words = looks.at(-1)!.words;
  const against = witnessesOf(words, 'ill');
  const constantlySlow = isConstantlySlow(service, heard);
  const all = constantlySlow && !against.includes('probes') ? [...against, 'probes' as const] : against;
  if (all.length > 0) return illOrSuspected(all, looks, heard, constantlySlow);
  const lately = (Object.keys(words) as Witness[]).filter((witness) => countIll(looks, witness) >= AGREE_IN);
  if (lately.length > 0) return result('suspected', lately, looks, heard, 'failed until a moment ago: ');
  return wellOrUnknown(words, heard);
}

function illOrSuspected(against: readonly Witness[], looks: readonly Look[], heard: Heard, constantlySlow: boolean): Agreement {
  const { testimony } = heard;
  const sources = new Set(against.map((witness) => SOURCE[witness]));
  const usersWell = looks.at(-1)!.words.requests === 'well';
  const together = looks.filter(({ words }) => new Set(witnessesOf(words, 'ill').map((witness) => SOURCE[witness])).size >= 2).length;
  const lasting = against.some((witness) => countIll(looks, witness) >= (witness === 'requests' ? REQUESTS_AGREE_IN : AGREE_IN));
  const manyDeaths = testimony.deaths.word === 'ill' && testimony.deaths.samples >= DEATHS_AGREE;
  const isIll = usersWell
    ? together >= 2 || (manyDeaths && countIll(looks, 'deaths') >= AGREE_IN)
    : sources.size >= 2 || lasting || constantlySlow || manyDeaths;
  return result(isIll ? 'ill' : 'suspected', against, looks, heard, isIll ? '' : 'suspected: ');
}

function wellOrUnknown(words: Words, heard: Heard): Agreement {
  const { testimony } = heard;
  const { probes, requests } = testimony;
  const isTold = requests.word === 'well' || requests.silence !== 'unsure';
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
function looksOf(service: string, { at, testimony, witnessed, since }: Heard): readonly Look[] {
  const now = Object.fromEntries(Object.entries(testimony).map(([witness, { word }]) => [witness, word])) as Words;
  const before = witnessed
    .filter((look) => look.at < at && at - look.at <= REMEMBERED_MS && (since === null || look.at >= since))
    .flatMap((look) => (look.services[service] === undefined ? [] : [{ at: look.at, words: look.services[service] }]));
  return [...before.slice(-(OF_LOOKS - 1)), { at, words: now }];
}

function isConstantlySlow(service: string, { at, slow, witnessed, since }: Heard): boolean {
  const before = witnessed.filter((look) => look.at < at && (since === null || look.at >= since)).slice(-(SLOW_LOOKS - 1));
  return slow && before.length === SLOW_LOOKS - 1 && before.every((look) => look.slow?.includes(service) === true);
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
  looks: readonly Look[],
  { testimony }: Heard,
  before: string,
): Agreement {
  const saying = looks.filter(({ words }) => witnesses.some((witness) => words[witness] === 'ill'));
  const told = witnesses.map((witness) => testimony[witness].because).join('; ');
  const count = `${witnesses.join(' and ')} in ${Math.max(1, saying.length)} of ${looks.length} looks`;
  return { verdict, witnesses, looks: Math.max(1, saying.length), since: saying[0]?.at ?? null, because: `${before}${told} (${count})` };
}
