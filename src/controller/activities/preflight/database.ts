import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import type { DatabaseSpec } from '../../../core/model/spec.ts';
import { engineOf } from '../../../core/model/engine.ts';
import { CLEAN, refused, together, unlessRefused, warned } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';

/** Every database exists and runs: a deploy of services that cannot reach theirs would only be a storm (gcp-facts 4). */
export async function checkDatabases(checked: Checked): Promise<PreflightAnswer> {
  return together(await Promise.all(checked.spec.databases.map((database) => checkDatabase(checked, database))));
}

async function checkDatabase({ cloud, spec, signal }: Checked, { instance, probe }: DatabaseSpec): Promise<PreflightAnswer> {
  const at = `--project=${spec.project}`;
  return unlessRefused(
    async () => {
      const { lifecycle, stopped, version } = await cloud.sql.getInstance(instance, { signal });
      const engine = engineOf(version);
      if (probe !== null && engine !== 'postgresql')
        return refused(
          `database ${instance}`,
          `is ${version}, and the probe of a database speaks PostgreSQL only: it would fail for ever.`,
          `leave the probe of ${instance} out of the document`,
        );
      if (stopped)
        return refused(
          `database ${instance}`,
          'has been stopped by its owner.',
          `gcloud sql instances patch ${instance} --activation-policy=ALWAYS ${at}`,
        );
      if (lifecycle === 'RUNNABLE')
        return engine === 'other'
          ? warned(`database ${instance} is ${version}: its connections and their limit are not known here`)
          : CLEAN;
      // Typically one to three minutes.
      if (lifecycle.endsWith('MAINTENANCE')) return warned(`database ${instance} is in ${lifecycle}: it is away for some minutes`);
      return refused(`database ${instance}`, `is ${lifecycle}, not RUNNABLE.`, `gcloud sql instances describe ${instance} ${at}`);
    },
    ({ message }) =>
      refused(
        `database ${instance}`,
        `could not be read: ${message}.`,
        `mend its name in the document, or leave ${instance} out where it is no Cloud SQL instance (AlloyDB is none); gcloud sql instances list ${at}`,
      ),
  );
}
