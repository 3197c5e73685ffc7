import type { FirstLook } from './confusion-matrix.ts';
import { entriesOf } from './made/generator.ts';
import { gradeOf } from './made/grade.ts';
import { MADE } from './made/made.ts';

/** One answer: how sure it said it was, and whether it was right. */
export interface Answer {
  readonly stated: number;
  readonly right: boolean;
}

const BINS = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0] as const;

/** The first cause of every made capture and of every scenario's first look; answers that name no cause state nothing. */
export function answersOf(rows: readonly FirstLook[]): readonly Answer[] {
  const captures = MADE.filter(({ accept }) => accept !== undefined).map((made) => gradeOf(JSON.stringify(entriesOf(made)), made));
  return [
    ...captures.map(({ confidence, grade }) => ({ stated: confidence, right: grade === 'right' || grade === 'vague' })),
    ...rows.flatMap(({ confidence, truth, said }) => (confidence === null ? [] : [{ stated: confidence, right: truth === said }])),
  ];
}

/** What was stated against what was right, by bins of confidence. */
export function renderReliability(answers: readonly Answer[]): string {
  const lines = BINS.map((from, index) => {
    const below = BINS[index - 1] ?? 1.01;
    const bin = answers.filter(({ stated }) => stated >= from && stated < below);
    if (bin.length === 0) return null;
    const stated = bin.reduce((sum, answer) => sum + answer.stated, 0) / bin.length;
    const right = bin.filter((answer) => answer.right).length;
    return `    stated ${stated.toFixed(2)}  right ${(right / bin.length).toFixed(2)}  n ${bin.length}`;
  });
  return lines
    .filter((line) => line !== null)
    .join('\n')
    .trimStart();
}
