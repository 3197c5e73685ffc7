/**
 * Text from elsewhere (a log line, an answer, a command of somebody) as text and nothing else: whole terminal sequences, the
 * control characters C0 and C1, marks that turn the direction of reading (U+202A–U+202E, U+2066–U+2069, U+061C, U+200E/F) and
 * signs without width go; line breaks and tabs stay. Returns the very same string when there is nothing to take out. Linear.
 */
export function plain(text: string): string {
  if (!UNSEEN.test(text)) return text;
  return text.replaceAll(SEQUENCE, '').replaceAll(UNSEEN_ALL, '');
}

/** The same in one line: line breaks and tabs become blanks. */
export function plainLine(text: string): string {
  if (!NOT_ONE_LINE.test(text)) return text;
  return plain(text.replaceAll(BREAKS, ' '));
}

/** `plain` for every string inside a JSON value, names of fields included. Returns the very same value when all is plain. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return plain(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(plainValue);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const fields = Object.entries(value).map(([key, field]) => [plain(key), plainValue(field)] as const);
  const same = fields.every(([key, field]) => key in value && field === value[key as keyof typeof value]);
  return same ? value : Object.fromEntries(fields);
}

/**
 * What is written to people: as `plain`. On a terminal the program's own sequences pass, which are colours and weights
 * (`ESC [ … m`) and the erasing of its progress line or block; text from elsewhere cannot bring them, because it is made plain where it
 * comes in.
 */
export function printed(text: string, terminal: boolean): string {
  if (!UNSEEN.test(text)) return text;
  const parts = terminal ? text.split(OWN) : [text];
  return parts.map((part, index) => (index % 2 === 1 ? part : plain(part))).join('');
}

const UNSEEN_CLASS = String.raw`[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB]|\uDB40[\uDC00-\uDFFF]`;
const UNSEEN = new RegExp(UNSEEN_CLASS);
/** Also what breaks a line. */
const NOT_ONE_LINE = new RegExp(String.raw`[\t\n]|${UNSEEN_CLASS}`);
const UNSEEN_ALL = new RegExp(UNSEEN_CLASS, 'g');
/** ECMA-48: CSI … final, OSC/DCS/SOS/PM/APC … BEL or ST, and the two-character ones; bounded, so that a lone ESC costs little. */
const SEQUENCE =
  /(?:\u001B\[|\u009B)[0-?]{0,32}[ -/]{0,4}[@-~]|(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C\n]{0,256}(?:\u0007|\u001B\\|\u009C)|\u001B[ -/]{0,4}[0-~]/g;
const BREAKS = /[ \t]{0,16}[\r\n\t\u000B\u000C\u0085\u2028\u2029]{1,64}[ \t]{0,16}/g;
const OWN = /(\u001B\[\d{1,3}(?:;\d{1,3}){0,4}m|\r\u001B\[K|\r\u001B\[\d{1,3}A\u001B\[J)/;
