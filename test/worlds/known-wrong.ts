/** Worlds that do not end as they should today, and what is wrong. The list may only shrink. */
export const KNOWN_WRONG: Readonly<Record<string, string>> = {};
