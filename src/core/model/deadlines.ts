/** A state that a step has entered: its path in the chart, until when it may last (epoch ms), and what follows then. */
export type EnteredState = readonly [state: string, until: number, then: string];
