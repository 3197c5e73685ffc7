/** The text with a full stop, unless it ends as a sentence already: `go on?` stays as it is, and three dots are no end. */
export function sentence(text: string): string {
  return /[?!]$|(?<!\.)\.$/.test(text) ? text : `${text.replace(/\.{2,3}$/, '')}.`;
}

/** With a capital: what stood within a sentence begins one. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
