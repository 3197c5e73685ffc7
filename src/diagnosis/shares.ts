import type { Finding } from './finding.ts';
import type { Harm } from './reading.ts';

/** An application that provably dies explains its own failures whole: nothing in the network adds to them. */
const WHOLE_FROM = 0.75;
/** What a finding weighs that explains no harm that was counted, beside those that do. */
const STANDING = 0.02;

/**
 * Each finding's part of what is wrong, in hundredths that sum to 1. The failures of each place are divided among the
 * findings that can explain them by confidence squared; without any counted failure confidence alone decides.
 */
export function sharesOf(findings: readonly Finding[], harm: readonly Harm[]): readonly number[] {
  const weights = findings.map((finding) => finding.confidence ** 2 * STANDING * Math.max(1, total(harm)));
  for (const place of harm) {
    const claims = claimsOn(place, findings);
    const sum = claims.reduce((all, claim) => all + claim, 0);
    if (sum === 0) continue;
    claims.forEach((claim, index) => (weights[index] = (weights[index] ?? 0) + (place.amount * claim) / sum));
  }
  return inHundredths(weights);
}

function claimsOn(place: Harm, findings: readonly Finding[]): readonly number[] {
  const proven = findings.some((finding) => takesWhole(finding, place));
  return findings.map((finding) => {
    if (!finding.covers(place) || (proven && !takesWhole(finding, place))) return 0;
    return finding.confidence ** 2;
  });
}

function takesWhole(finding: Finding, place: Harm): boolean {
  return finding.kind === 'application-crash' && finding.confidence >= WHOLE_FROM && finding.covers(place);
}

function total(harm: readonly Harm[]): number {
  return harm.reduce((sum, place) => sum + place.amount, 0);
}

/** Largest remainders, so that the printed shares sum to exactly 1. */
function inHundredths(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (weight / sum) * 100);
  const floors = exact.map(Math.floor);
  const missing = 100 - floors.reduce((all, floor) => all + floor, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of byRemainder.slice(0, missing)) floors[index] = (floors[index] ?? 0) + 1;
  return floors.map((hundredths) => hundredths / 100);
}
