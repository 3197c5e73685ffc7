import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import { engineOf } from '../../../core/model/engine.ts';
import { CLEAN, refused, unlessRefused, warned } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';

/** The database exists and runs: a deploy of services that cannot reach it would only be a storm (gcp-facts 4). */
export async function checkDatabase({ cloud, spec, signal }: Checked): Promise<PreflightAnswer> {
  const { database } = spec;
  if (database === null) return CLEAN;
  const { instance } = database;
  const at = `--project=${spec.project}`;
  return unlessRefused(
    async () => {
      const { lifecycle, stopped, version } = await cloud.sql.getInstance(instance, { signal });
      const engine = engineOf(version);
      if (database.probe !== null && engine !== 'postgresql')
        return refused(
          `database ${instance}`,
          `is ${version}, and spec.database.probe speaks PostgreSQL only: it would fail for ever.`,
          'leave spec.database.probe out of the document',
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
        `mend spec.database.instance in the document, or leave spec.database out where it is no Cloud SQL instance (AlloyDB is none); gcloud sql instances list ${at}`,
      ),
  );
}
