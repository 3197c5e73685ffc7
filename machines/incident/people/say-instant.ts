/** An instant (epoch ms) as people read it, to the second: `2026-01-05T03:30:00Z`. */
export function sayInstant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
