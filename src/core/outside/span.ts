/** Characters of a text from `from` to before `to`. */
export type Span = readonly [from: number, to: number];
