import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../architecture/source.ts';

const run = promisify(execFile);

/** One command of the operator's, as it was called. */
export interface Called {
  readonly words: readonly string[];
  /** What it was given on stdin; '' unless it reads `-`. */
  readonly input: string;
}

/**
 * A project at Google as far as a set-up script can tell: what is created is there from then on, creating it again fails, and so does
 * updating or binding what is not there. `gcloud`, `docker` and `kubectl` are recorded; `sleep` takes no time.
 */
export class RecordedProject implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'firebreak-recorded-'));

  constructor() {
    mkdirSync(join(this.#folder, 'bin'));
    for (const [name, text] of Object.entries(PROGRAMS)) {
      writeFileSync(join(this.#folder, 'bin', name), `#!/usr/bin/env bash\n${text}`);
      chmodSync(join(this.#folder, 'bin', name), 0o755);
    }
  }

  /** Runs a script by bash in the root of the checkout; what it called, in order. Rejects when it fails. */
  async run(script: string, env: Readonly<Record<string, string>> = {}): Promise<readonly Called[]> {
    rmSync(join(this.#folder, 'calls'), { force: true });
    await run('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: ROOT,
      env: { PATH: `${join(this.#folder, 'bin')}:${process.env['PATH']}`, FOLDER: this.#folder, ...env },
    });
    return this.#read('calls', '\u001e').map((call) => {
      const [input = '', ...words] = call.split('\u001f');
      return { words, input };
    });
  }

  /** `iam service-accounts firebreak`, `storage buckets gs://…`: everything that has been created. */
  created(): readonly string[] {
    return this.#read('there', '\n');
  }

  /** From now on the first `times` bindings are refused, as for an account that is not known everywhere yet. */
  refuseBindings(times: number): void {
    writeFileSync(join(this.#folder, 'refuse'), 'x'.repeat(times));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  #read(file: string, end: string): readonly string[] {
    const path = join(this.#folder, file);
    return existsSync(path) ? readFileSync(path, 'utf8').split(end).slice(0, -1) : [];
  }
}

const RECORD = `
record() {
  input=''
  for word in "$@"; do [[ "$word" != - ]] || input="$(cat)"; done
  printf '%s' "$input" >>"$FOLDER/calls"
  printf '\\x1f%s' "$@" >>"$FOLDER/calls"
  printf '\\x1e' >>"$FOLDER/calls"
}
`;

const PROGRAMS: Readonly<Record<string, string>> = {
  docker: `${RECORD}record docker "$@"\n`,
  kubectl: `${RECORD}record kubectl "$@"\n`,
  sleep: `${RECORD}record sleep "$@"\n`,
  gcloud: `${RECORD}record gcloud "$@"
touch "$FOLDER/there"
is_there() { grep -qxF -- "$1" "$FOLDER/there"; }
fail() { echo "ERROR: (gcloud) $*" >&2; exit 1; }
group=() verb='' name=''
for word in "$@"; do
  if [[ -z "$verb" && "$word" =~ ^(create|describe|update|replace|add-iam-policy-binding)$ ]]; then verb="$word"
  elif [[ -z "$verb" ]]; then group+=("$word")
  elif [[ -z "$name" && "$word" != http ]]; then name="\${word%%@*}"
  fi
done
key="\${group[*]} $name"
case "$verb" in
  describe) is_there "$key" || fail "NOT_FOUND: $key" ;;
  create) ! is_there "$key" || fail "ALREADY_EXISTS: $key"; echo "$key" >>"$FOLDER/there" ;;
  update) is_there "$key" || fail "NOT_FOUND: $key" ;;
  replace) echo "run jobs $(grep -m1 '^  name:' <<<"$input" | cut -d' ' -f4)" >>"$FOLDER/there" ;;
  add-iam-policy-binding)
    if [[ -s "$FOLDER/refuse" ]]; then truncate -s -1 "$FOLDER/refuse"; fail "INVALID_ARGUMENT: does not exist"; fi
    case "$key" in 'projects '* | 'artifacts '*) ;; *) [[ "$name" == *runtime* ]] || is_there "$key" || fail "NOT_FOUND: $key" ;; esac
    for word in "$@"; do
      case "$word" in
        --member=serviceAccount:firebreak*) word="\${word#*:}"; is_there "iam service-accounts \${word%%@*}" || fail "NOT_FOUND: $word" ;;
        --role=projects/*) is_there "iam roles \${word##*/}" || fail "NOT_FOUND: $word" ;;
      esac
    done ;;
esac
`,
};
