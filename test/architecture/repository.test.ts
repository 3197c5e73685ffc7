import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from './source.ts';

/** What stands at the top beside dot-files, and why it cannot stand further down. */
const TOP: Readonly<Record<string, string>> = {
  'README.md': 'the first page',
  LICENSE: 'licence finders look for its text here and nowhere else, and whoever takes a copy of the project must get it',
  'package.json': 'npm',
  'package-lock.json': 'npm',
  'knip.json': 'what knip counts as used',
  'tsconfig.json': 'editors and the compiler look for it upwards from a source file',
  src: 'the program',
  machines: 'the statecharts',
  test: 'the tests',
  deploy: 'how it is built and put into an environment',
};

const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

/** Names at the top that belong to the project: tracked ones, or in a copy without history all that lie there. */
function topLevel(): readonly string[] {
  const git = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  const tracked = git.status === 0 ? git.stdout.split('\0').filter((path) => path !== '') : [];
  if (tracked.length > 0) return [...new Set(tracked.map((path) => path.split('/')[0]!))];
  return readdirSync(ROOT).filter((name) => !['node_modules', 'dist', 'coverage'].includes(name));
}

test('the top level holds what must be there, and nothing else', () => {
  const strangers = topLevel().filter((name) => !name.startsWith('.') && TOP[name] === undefined);
  expect(strangers, 'files for contributors and for GitHub go into .github').toEqual([]);
  expect(Object.keys(TOP).filter((name) => !existsSync(`${ROOT}${name}`))).toEqual([]);
});

const PAGES = [
  'README.md',
  ...globSync('{.github,deploy,src,test,machines}/**/*.md', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/')),
];

describe('what the pages refer to', () => {
  test('is there, when it is a link', () => {
    const broken = PAGES.flatMap((page) =>
      [...withoutCode(read(page)).matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !leads(posix.join(posix.dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test('is there, when it is a path that a contributor is sent to', () => {
    const paths = ['.github/CONTRIBUTING.md', 'src/ARCHITECTURE.md'].flatMap((page) =>
      [...read(page).matchAll(/`((?:src|test|machines|deploy|\.github|\.ci)\/[\w./-]+)`/g)].map(([, path]) => path!),
    );
    expect(paths.length).toBeGreaterThan(50);
    expect(paths.filter((path) => !path.includes('NAME') && !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  test('is a script of package.json, when it is called so', () => {
    const scripts = Object.keys(z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json'))).scripts);
    const called = PAGES.flatMap((page) => [...read(page).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name!));
    expect(called.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

/** A link's file is there, and where it names a heading, that heading. */
function leads(link: string): boolean {
  const [path = '', heading] = link.split('#', 2);
  if (!existsSync(`${ROOT}${path}`)) return false;
  if (heading === undefined) return true;
  const headings = [...withoutCode(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, words]) => words!);
  return headings.some((words) => anchorOf(words) === heading);
}

/** As GitHub makes it. */
function anchorOf(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

test('the changelog tells of the version of package.json', () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
  expect(read('.github/CHANGELOG.md')).toContain(`## [${version}]`);
});

const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const workflow = z.object({
  name: z.string(),
  permissions,
  concurrency: z.object({ group: z.string() }).loose(),
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.number().max(360),
      permissions: permissions.optional(),
      steps: z.array(
        z.object({ uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }).loose(),
      ),
    }),
  ),
});

describe.each(globSync('.github/workflows/*.yml', { cwd: ROOT }))('%s', (file) => {
  const { permissions: given, jobs } = workflow.parse(parse(read(file)));
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('takes every action by its commit, and names the version beside it', () => {
    const used = [...read(file).matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, action]) => action!);
    expect(used.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('may only read, but for the job that runs nothing of the checkout', () => {
    expect(Object.values(given).filter((right) => right === 'write')).toEqual([]);
    const writing = Object.values(jobs).filter((job) => Object.values(job.permissions ?? {}).includes('write'));
    expect(
      writing.flatMap((job) => job.steps).filter(({ uses = '', run = '' }) => /checkout/.test(uses) || /\b(?:npm|node)\b/.test(run)),
    ).toEqual([]);
  });

  test('leaves no token in the checkout, and lets no text of an event into a script', () => {
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.every((step) => step.with?.['persist-credentials'] === false)).toBe(true);
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
  });
});

const form = z.object({
  name: z.string(),
  description: z.string(),
  body: z.array(
    z
      .object({
        type: z.enum(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']),
        id: z.string().optional(),
        attributes: z.looseObject({}),
      })
      .loose(),
  ),
});

test.each(globSync('.github/ISSUE_TEMPLATE/[!c]*.yml', { cwd: ROOT }))('%s is a form, whose fields have names of their own', (file) => {
  const fields = form.parse(parse(read(file))).body.filter(({ type }) => type !== 'markdown');
  expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
});

test('every form in which something is pasted warns of secrets', () => {
  const pasted = globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: ROOT }).filter((file) => read(file).includes('render:'));
  expect(pasted.length).toBe(2);
  expect(pasted.filter((file) => !/This page is public/.test(read(file)) || !/no password, token/.test(read(file)))).toEqual([]);
});

test('updates are looked for in the packages and in the actions, weekly and in groups', () => {
  const { updates } = z
    .object({
      version: z.literal(2),
      updates: z.array(
        z
          .object({
            'package-ecosystem': z.string(),
            schedule: z.object({ interval: z.literal('weekly') }),
            groups: z.record(z.string(), z.unknown()),
          })
          .loose(),
      ),
    })
    .parse(parse(read('.github/dependabot.yml')));
  expect(updates.map((each) => each['package-ecosystem']).toSorted()).toEqual(['github-actions', 'npm']);
});
