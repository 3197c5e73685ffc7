import { sourceFiles } from '../architecture/source.ts';

/** Rooms whose patterns meet log lines, errors, names, answers or orders of others. */
const ROOMS =
  /^(?:src\/(?:diagnosis|core|gcp|report|planning|probes|notify|store|capacity)\/|src\/cli\/|src\/controller\/|machines\/incident\/)/;

export interface FoundPattern {
  readonly where: string;
  readonly pattern: RegExp;
}

/** A literal stands where an expression may begin; comments are taken out before. */
const LITERAL =
  /(?<=(?:[=(,:[!&|?{};+>]|\breturn|^)\s*)\/(?![/*\s])((?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]{0,6})(?=\s*[,;.)\]:}?&|]|\s*$)/gm;

/** Every regular expression written in those rooms, compiled: nobody has to list it. */
export function literalPatterns(): readonly FoundPattern[] {
  return roomFiles().flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(LITERAL)].flatMap(([, body = '', flags = '']) => {
      const pattern = compiled(body, flags);
      return pattern === null ? [] : [{ where: `${path} /${body.slice(0, 60)}/`, pattern }];
    }),
  );
}

/** Files in which patterns are put together from texts: what a scan of literals cannot see. */
export function filesWithBuiltPatterns(): readonly string[] {
  return roomFiles()
    .filter(({ text }) => /\bRegExp\(/.test(withoutComments(text)))
    .map(({ path }) => path);
}

function roomFiles() {
  return sourceFiles(['src', 'machines']).filter(({ path }) => ROOMS.test(path));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*\*?[\s\S]*?\*\//g, ' ').replaceAll(/^\s*\/\/.*$/gm, ' ');
}

function compiled(body: string, flags: string): RegExp | null {
  try {
    return new RegExp(body, flags);
  } catch {
    return null;
  }
}

const SIZE = 8_192;
const FILLERS = ['a', ' ', '0', '-', '.', '/', '\n', 'a ', 'a.', "a'", 'A', '=', ':', 'a=', '"', 'x-', '\\', '(', '@', '%3A', '\t', '_'];

/** Lines of eight thousand characters that make a careless pattern try everything: its own words, over and over, and never the end. */
export function hostileTexts(pattern: RegExp): readonly string[] {
  const words = [...new Set(pattern.source.replaceAll(/\\[a-zA-Z]/g, ' ').match(/[A-Za-z][A-Za-z ]{1,24}|\d{2,}/g) ?? [])]
    .map((word) => word.trim())
    .slice(0, 12);
  const beginnings = [words.join(' '), words[0] ?? '', words.slice(0, 2).join(': '), `\n${words[0] ?? ''}`];
  return [
    ...FILLERS.map((filler) => repeat(filler)),
    ...words.flatMap((word) => [
      repeat(`${word} `),
      repeat(`${word}-`),
      repeat(word),
      repeat(`${word}\n`),
      repeat(`${word}=`),
      repeat(`${word}: `),
    ]),
    ...beginnings.flatMap((beginning) => FILLERS.map((filler) => `${beginning}${repeat(filler)}`.slice(0, SIZE - 1) + '!')),
    ...FIXED,
  ];
}

export function repeat(piece: string): string {
  return piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
}

/** Kinds that have frozen programs of this sort before. */
export const FIXED: readonly string[] = [
  `x: ${repeat('secret-')}!`,
  `error ${repeat('otel ')}`,
  repeat('a=a&'),
  repeat('://a:'),
  repeat('://a@'),
  repeat('password '),
  repeat('password="'),
  repeat('"password": '),
  repeat("'password' => "),
  repeat('bearer '),
  repeat('Authorization: '),
  repeat('-----BEGIN PRIVATE KEY-----'),
  repeat('-----END '),
  repeat('--token '),
  repeat('eyJa'),
  repeat('database timed out '),
  repeat('connection to server '),
  repeat('Traceback (most recent call last):\n'),
  repeat('Aa0'),
  repeat('A1b2-'),
  repeat('\u001B['),
  repeat('\u001B]0;'),
  repeat('\u202E'),
  repeat('{"a":'),
  repeat("No module named '"),
  repeat('GET /a?b=c HTTP/1.1 '),
  repeat('é'),
  repeat('1.2.3.4:5 '),
];
