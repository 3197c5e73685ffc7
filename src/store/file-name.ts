/** A name as one path component: nothing in it can leave its folder. Different names stay different. */
export function fileNameOf(name: string): string {
  return encodeURIComponent(name).replace(/^\.|\*/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The file of a text that is kept for people: `RUN-NAME.txt`, or by the ending that its name brings. */
export function textFileOf(runId: string, name: string): string {
  const [, stem = name, ending = '.txt'] = /^(.+?)(\.[a-z]+)$/.exec(name) ?? [];
  return `${fileNameOf(`${runId}-${stem}`)}${ending}`;
}
