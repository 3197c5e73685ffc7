/** A name as one path component: nothing in it can leave its folder. Different names stay different. */
export function fileNameOf(name: string): string {
  return encodeURIComponent(name).replace(/^\.|\*/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
