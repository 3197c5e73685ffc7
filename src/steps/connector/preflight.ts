import type { ConnectorState } from '../../core/model/observation.ts';
import type { ConnectorTarget, RemediationSpec } from '../../core/model/spec.ts';
import { locatedOf } from '../../core/region.ts';
import { named, where } from '../../core/shell.ts';
import { CLEAN, refused, together, unlessRefused, warned } from '../findings.ts';
import type { Checked, Findings } from '../findings.ts';
import { legalTarget } from './limits.ts';
import { lostWords } from './words.ts';

/** The connector exists, is fit to be changed, and the wish leads somewhere legal (gcp-facts 1.2, 1.3). */
export async function preflightConnector(name: string, { cloud, spec, signal }: Checked): Promise<Findings> {
  const at = where({ project: spec.project, region: locatedOf(name, spec.region).region });
  return unlessRefused(
    async () => {
      const state = await cloud.vpcAccess.getConnector(name, { signal });
      const wish = spec.connectors.find((one) => one.name === name);
      return together([checkLifecycle(state, spec), wish === undefined ? CLEAN : checkTarget(state, wish.target)]);
    },
    ({ message }) =>
      refused(
        `connector ${name}`,
        `could not be read: ${message}.`,
        `mend its name in the document; gcloud compute networks vpc-access connectors list ${at}`,
      ),
  );
}

function checkLifecycle({ name, lifecycle }: ConnectorState, spec: RemediationSpec): Findings {
  const commands = 'gcloud compute networks vpc-access connectors';
  switch (lifecycle) {
    case 'READY':
      return CLEAN;
    case 'UPDATING':
    case 'CREATING':
      return warned(`connector ${name} is ${lifecycle}: another change is under way, and the run waits for its end`);
    case 'UNKNOWN':
      return warned(`connector ${name} is in a state that is not known here; ${commands} describe ${named(name, spec)}`);
    case 'ERROR':
    case 'DELETING':
      // What needs no connector is done all the same.
      return warned(`connector ${name} is left out: ${lostWords(name, lifecycle, spec)}`);
  }
}

function checkTarget(state: ConnectorState, wish: ConnectorTarget): Findings {
  const legal = legalTarget(wish, state);
  if (legal.impossible !== undefined)
    return refused(
      `target of connector ${state.name}`,
      `cannot be reached: ${legal.impossible}.`,
      `mend the target of ${state.name} in the document, or leave it out`,
    );
  return warned(...legal.notes.map((note) => `connector ${state.name}: ${note}`));
}
