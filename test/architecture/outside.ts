import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { NO_POSTGRES, postgresPrograms } from '../probes/support/postgres-server.ts';
import { ROOT } from './source.ts';

/** Debian's and Ubuntu's place of the browser. */
export const CHROMIUM = '/usr/bin/chromium';

/** What some tests need and a checkout does not hold; each with the words for whoever wonders why they are left out. */
export const OUTSIDE = {
  gcloud: { isThere: () => onPath('gcloud'), missing: 'gcloud (Google Cloud SDK) is not on the PATH' },
  terraform: { isThere: () => onPath('terraform'), missing: 'terraform is not on the PATH' },
  zsh: { isThere: () => onPath('zsh'), missing: 'zsh is not on the PATH' },
  fish: { isThere: () => onPath('fish'), missing: 'fish is not on the PATH' },
  groff: { isThere: () => onPath('groff'), missing: 'groff is not on the PATH' },
  descriptions: {
    isThere: () => ['run.v1.json', 'run.v2.json', 'overlay.json'].every((file) => existsSync(`${ROOT}../shared/gcp-discovery/${file}`)),
    missing: "Google's API descriptions are not beside the checkout (../shared/gcp-discovery)",
  },
  captures: {
    isThere: () =>
      ['1303-database-timeout.json', '1750-import-error.json'].every((file) => existsSync(`${ROOT}../shared/incident-1278/${file}`)),
    missing: 'the log captures of the incident are not beside the checkout (../shared/incident-1278)',
  },
  postgres: { isThere: () => postgresPrograms() !== null, missing: NO_POSTGRES },
  mounts: {
    isThere: () => spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o ro none /mnt']).status === 0,
    missing: 'no file system can be mounted here (unshare -rm)',
  },
  proc: { isThere: () => existsSync('/proc/self/stat'), missing: 'this system has no /proc' },
  browser: {
    // Where somebody says that it must be there, its tests run and fail without it.
    isThere: () => process.env['CI_BROWSER'] === 'required' || existsSync(CHROMIUM),
    missing: `browser tests skipped: no ${CHROMIUM}`,
  },
  olderNode: {
    isThere: () => ['/usr/bin/node', '/usr/local/bin/node'].some((path) => existsSync(path)),
    missing: 'no other Node is installed here',
  },
} as const;

export type Outside = keyof typeof OUTSIDE;

/** Whether it is there. A program counts by its presence alone: one that is there and does not work makes its tests fail. */
export function isThere(what: Outside): boolean {
  return OUTSIDE[what].isThere();
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
