import type { Finding } from './finding.ts';
import type { Harm } from './observation-queries.ts';

/** An application that provably dies explains its own failures whole: nothing in the network adds to them. */
const WHOLE_FROM = 0.75;
/** What a finding weighs that explains no harm that was counted, beside those that do. */
const STANDING = 0.02;
/** So much of the harm may lack a reason without anybody asking for it. */
const NEGLIGIBLE = 0.1;

/** A finding with what it is worth beside the others. */
interface Weighed {
  readonly finding: Finding;
  /** Of the harm at its places, the part that it explains; null: nothing is harmed there. */
  readonly coverage: number | null;
  readonly share: number;
}

export interface Weighing {
  /** Those that explain something, or that stand where nothing is harmed; confidence is bounded by coverage. */
  readonly findings: readonly Weighed[];
  /** Places with the harm that nothing explains, and its part of the whole; empty where that is negligible. */
  readonly unexplained: readonly Harm[];
}

/**
 * What each finding explains, and its part of what is wrong in hundredths. A finding explains the failures that its lines stand
 * beside, or that its figures cover; effects only what no reason explains. The failures of each place are divided among those that
 * explain them by the square of confidence and of the part of their lines that stands beside failures, and what nothing explains belongs to the unknown. Without any counted failure confidence alone decides.
 */
export function shareByHarm(
  findings: readonly Finding[],
  harm: readonly Harm[],
  unknown: (places: readonly Harm[]) => Finding,
  unmatched: (place: Harm) => number = () => 0,
): Weighing {
  const parts = harm.map((place) => withoutChance(place, partsOf(place, findings), findings, unmatched(place)));
  const coverages = findings.map((finding, index) => coverageOf(finding, index, harm, parts));
  const told = findings.filter((_, index) => coverages[index] !== 0);
  const bounded = told.map((finding) => {
    const coverage = coverages[findings.indexOf(finding)] ?? null;
    return { finding: { ...finding, confidence: hundredth(finding.confidence * (coverage ?? 1)) }, coverage };
  });
  const unexplained = harm.map((place, index) => rest(place, 1 - Math.min(1, sum(parts[index] ?? [])))).filter(({ amount }) => amount > 0);
  const significant = told.length === 0 || total(unexplained) >= NEGLIGIBLE * total(harm);
  const open = significant && (unexplained.length > 0 || told.length === 0);
  const all = open ? [...bounded, { finding: unknown(unexplained), coverage: null }] : bounded;
  const weights = all.map(({ finding }) => finding.confidence ** 2 * STANDING * Math.max(1, total(harm)));
  harm.forEach((place, at) => {
    const claims = told.map((finding) => parts[at]?.[findings.indexOf(finding)] ?? 0);
    const squares = claims.map((part, index) => part * ((told[index]?.confidence ?? 0) * apartOf(told[index], place)) ** 2);
    const explained = Math.min(1, sum(claims));
    squares.forEach((square, index) => {
      if (square > 0) weights[index] = (weights[index] ?? 0) + (place.amount * explained * square) / sum(squares);
    });
    if (open) weights[told.length] = (weights[told.length] ?? 0) + place.amount * (1 - explained);
  });
  const shares = inHundredths(weights);
  return { findings: all.map((each, index) => ({ ...each, share: shares[index] ?? 0 })), unexplained: open ? unexplained : [] };
}

/** The part of one place’s harm that each finding explains: a proven crash first, then the other reasons, then effects. */
function partsOf(place: Harm, findings: readonly Finding[]): readonly number[] {
  const raw = findings.map((finding) => ownPart(finding, place));
  const proven = Math.max(0, ...raw.filter((_, index) => isProvenCrash(findings[index])));
  const reasons = findings.map((finding, index) => {
    const part = raw[index] ?? 0;
    if (finding.effect === true) return 0;
    return isProvenCrash(finding) ? part : Math.min(part, 1 - proven);
  });
  const left = 1 - Math.min(1, sum(reasons));
  return findings.map((finding, index) => {
    const part = Math.min(raw[index] ?? 0, left);
    return finding.effect === true ? (part >= NEGLIGIBLE ? part : 0) : (reasons[index] ?? 0);
  });
}

/** Of what is said all the time so many lines stand beside a failure by chance. */
const CHANCE = 0.25;

/**
 * A finding whose lines mostly stand beside no failure gives way to what stands beside the failures and little else: to another finding,
 * or to lines that no mechanism is known for. Where nothing else stands beside them, it keeps what it has.
 */
function withoutChance(place: Harm, parts: readonly number[], findings: readonly Finding[], unmatched: number): readonly number[] {
  const isChance = (index: number): boolean => apartOf(findings[index], place) < CHANCE;
  const telling = Math.min(1, Math.max(unmatched, sum(parts.filter((part, index) => part > 0 && !isChance(index)))));
  return parts.map((part, index) => (isChance(index) ? Math.min(part, 1 - telling) : part));
}

function apartOf(finding: Finding | undefined, place: Harm): number {
  return finding?.apart?.(place) ?? 1;
}

function isProvenCrash(finding: Finding | undefined): boolean {
  return finding?.kind === 'application-crash' && finding.confidence >= WHOLE_FROM && finding.effect !== true;
}

/** A reason is bounded by what it explains, whoever else explains it too; an effect by what is left to it. */
function coverageOf(finding: Finding, index: number, harm: readonly Harm[], parts: readonly (readonly number[])[]): number | null {
  const places = harm.filter((place) => finding.covers(place));
  if (places.length === 0 || finding.explains === undefined) return null;
  const part = (place: Harm): number =>
    finding.effect === true || apartOf(finding, place) < CHANCE ? (parts[harm.indexOf(place)]?.[index] ?? 0) : ownPart(finding, place);
  return sum(places.map((place) => place.amount * part(place))) / total(places);
}

function ownPart(finding: Finding, place: Harm): number {
  return finding.covers(place) ? Math.min(1, finding.explains?.(place) ?? 1) : 0;
}

function rest(place: Harm, part: number): Harm {
  return { ...place, amount: part < 0.005 ? 0 : place.amount * part };
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}

function total(harm: readonly Harm[]): number {
  return sum(harm.map(({ amount }) => amount));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Largest remainders, so that the printed shares sum to exactly 1. */
function inHundredths(weights: readonly number[]): readonly number[] {
  const all = sum(weights);
  if (all === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (weight / all) * 100);
  const floors = exact.map(Math.floor);
  const missing = 100 - sum(floors);
  const byRemainder = exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of byRemainder.slice(0, missing)) floors[index] = (floors[index] ?? 0) + 1;
  return floors.map((hundredths) => hundredths / 100);
}
