import { defined } from './defined.ts';
import { quoted } from './shell.ts';

/** What a command is given by default; then it need not say it. */
export const DEFAULT_DOCUMENT = 'remediation.yaml';
export const DEFAULT_STATE = '.firebreak';

/** Where a command acts: which state, which run of it, which document, and which cloud. What is missing is the default. */
export interface Place {
  readonly state?: string | undefined;
  /** Which of several runs of the state is meant. */
  readonly target?: string | undefined;
  readonly file?: string | undefined;
  /** The document says as well which run is meant. */
  readonly selectsByFile?: boolean | undefined;
  readonly endpoint?: string | undefined;
  readonly clock?: string | undefined;
  readonly mode?: string | undefined;
}

type Option = 'state' | 'selection' | 'file' | 'endpoint' | 'reach' | 'clock' | 'mode';

const STEERING: readonly Option[] = ['state', 'selection', 'reach'];
const LOOKING: readonly Option[] = ['file', 'endpoint', 'clock'];

/** What each verb must be told to mean the same; a verb that is not here means the same everywhere. */
const NEEDS: Readonly<Record<string, readonly Option[]>> = {
  ...each(['status', 'why', 'link', 'approve', 'hold', 'resume', 'adopt', 'skip', 'retry', 'rollback', 'abort'], STEERING),
  ...each(['report', 'sign-off'], ['state', 'reach']),
  serve: ['state'],
  ...each(['plan', 'diagnose', 'validate', 'monitor'], LOOKING),
  capacity: ['state', ...LOOKING],
  run: ['file', 'state', 'endpoint', 'clock', 'mode'],
};

function each(verbs: readonly string[], options: readonly Option[]): Readonly<Record<string, readonly Option[]>> {
  return Object.fromEntries(verbs.map((verb) => [verb, options]));
}

/** A command that can be pasted as it stands. `words`: verb and arguments. The one place where printed commands are made. */
export function commandLine(words: string, place: Place): string {
  return completed(`firebreak ${words}`, place);
}

const COMMAND = new RegExp(`(?<![\\w/.@-])firebreak (${Object.keys(NEEDS).join('|')})(?![\\w-])`, 'g');
/** Where the words of one command end; the sign that ends an escaped quote ends none. */
const END = /[`ʹ\n·<]|(?<!&[#\w]{1,6});|firebreak /;

/**
 * A text in which every command of ours can be pasted as it stands: what it needs in this place, and does not say, is added behind its
 * verb. `escaped`: how it is written in this kind of text. Doing it twice changes nothing more.
 */
export function completed(text: string, place: Place, escaped: (option: string) => string = (option) => option): string {
  if (!text.includes('firebreak ')) return text;
  return text.replaceAll(COMMAND, (command, verb: string, at: number) => {
    const rest = defined(text.slice(at + command.length).split(END, 1)[0]);
    return command + escaped(optionsOf(verb, rest, place));
  });
}

/** What has been said of a kind is not said again. */
const SAID: Readonly<Record<Option, RegExp>> = {
  state: / --state\b/,
  selection: / (?:--target|-f|--file)\b/,
  file: / (?:-f|--file|--logs|--targets)\b/,
  endpoint: / (?:--endpoint|--logs)\b/,
  reach: / --endpoint\b/,
  clock: / (?:--clock|--logs)\b/,
  mode: / (?:--mode|--dry-run)\b/,
};

function optionsOf(verb: string, rest: string, place: Place): string {
  const needed = defined(NEEDS[verb]).filter((option) => !SAID[option].test(rest));
  return needed.map((option) => sayOption(option, place)).join('');
}

function sayOption(option: Option, place: Place): string {
  const { state = DEFAULT_STATE, file = DEFAULT_DOCUMENT, target, endpoint, clock, mode } = place;
  const document = file === DEFAULT_DOCUMENT ? '' : ` -f ${quoted(file)}`;
  const said = (name: string, value: string | undefined): string => (value === undefined ? '' : ` --${name} ${quoted(value)}`);
  switch (option) {
    case 'state':
      return state === DEFAULT_STATE ? '' : said('state', state);
    case 'selection':
      return target !== undefined ? said('target', target) : place.selectsByFile === true ? document : '';
    case 'file':
      return document;
    case 'endpoint':
      return said('endpoint', endpoint);
    case 'reach':
      // A state on this machine is reached without any address.
      return state.startsWith('gs://') ? said('endpoint', endpoint) : '';
    case 'clock':
      return said('clock', clock);
    case 'mode':
      return said('mode', mode);
  }
}
