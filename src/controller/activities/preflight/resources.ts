import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import { engineOf } from '../../../core/model/engine.ts';
import type { ConnectorState } from '../../../core/model/observation.ts';
import type { ConnectorTarget, RemediationSpec } from '../../../core/model/spec.ts';
import { legalTarget } from '../../../planning/limits.ts';
import { CLEAN, refused, together, unlessRefused, warned } from './findings.ts';
import type { Checked } from './findings.ts';

/** The connector exists, is fit to be changed, and the wish leads somewhere legal (gcp-facts 1.2, 1.3). */
export async function checkConnector({ cloud, spec, signal }: Checked): Promise<PreflightAnswer> {
  const { connector } = spec;
  if (connector === null) return CLEAN;
  const at = `--region=${spec.region} --project=${spec.project}`;
  return unlessRefused(
    async () => {
      const state = await cloud.vpcAccess.getConnector(connector.name, { signal });
      return together([checkLifecycle(state, spec), checkTarget(state, connector.target)]);
    },
    ({ message }) =>
      refused(
        `connector ${connector.name}`,
        `could not be read: ${message}.`,
        `mend spec.connector.name in the document; gcloud compute networks vpc-access connectors list ${at}`,
      ),
  );
}

function checkLifecycle({ name, lifecycle }: ConnectorState, { project, region }: RemediationSpec): PreflightAnswer {
  const commands = 'gcloud compute networks vpc-access connectors';
  const at = `--region=${region} --project=${project}`;
  switch (lifecycle) {
    case 'READY':
      return CLEAN;
    case 'UPDATING':
    case 'CREATING':
      return warned(`connector ${name} is ${lifecycle}: another change is under way, and the run waits for its end`);
    case 'UNKNOWN':
      return warned(`connector ${name} is in a state that is not known here; ${commands} describe ${name} ${at}`);
    case 'ERROR':
    case 'DELETING':
      return refused(
        `connector ${name}`,
        `is in state ${lifecycle}, and cannot be updated any more.`,
        `make a new one and move the services to it: ${commands} create NEW_NAME ${at} --network=NETWORK --range=UNUSED/28 --min-instances=2 --max-instances=10`,
      );
  }
}

function checkTarget(state: ConnectorState, wish: ConnectorTarget): PreflightAnswer {
  const legal = legalTarget(wish, state);
  if (legal.impossible !== undefined)
    return refused(
      `target of connector ${state.name}`,
      `cannot be reached: ${legal.impossible}.`,
      'mend spec.connector.target in the document, or leave spec.connector out',
    );
  return warned(...legal.notes.map((note) => `connector ${state.name}: ${note}`));
}

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
        `mend spec.database.instance in the document; gcloud sql instances list ${at}`,
      ),
  );
}
