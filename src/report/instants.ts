/** `2025-09-15 20:03:30Z`. */
export function instant(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d{3}Z$/, 'Z');
}

/** `20:03:30`. */
export function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
