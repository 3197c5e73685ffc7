import type { ActivityMap } from '../../../machines/incident/activity-map.ts';
import { awaitBounds, boundInstances } from './bounds.ts';
import { awaitInPlace, updateInPlace } from './in-place.ts';
import { notify } from './notify.ts';
import { ObserveActivity } from './observe.ts';
import type { ActivityOptions } from './options.ts';
import { preflight } from './preflight.ts';
import { awaitRevision, deployService } from './revision.ts';
import { ServiceHistory } from './service-history.ts';
import { stamping } from './stamped.ts';
import { attachEvidence, commentOnCase } from './support/comment.ts';
import { closeCase, escalateCase, readCase } from './support/follow.ts';
import { openCase } from './support/open.ts';
import { prepareCase } from './support/prepare.ts';
import { awaitTraffic, pinTraffic, shiftTraffic } from './traffic.ts';
import { restoreTraffic } from './restore.ts';
import { validate } from './validate.ts';

/** Every activity the chart names, over the given ports. Each may run twice; see the contract of each. */
export function createActivities(given: ActivityOptions): ActivityMap {
  const seen = new ServiceHistory();
  const options = { ...given, cloud: seen.watching(given.cloud) };
  const lookout = new ObserveActivity(options, seen);
  return {
    preflight: (input, context) => preflight(options, input, context),
    observe: (input, context) => lookout.observe(input, context),
    diagnose: (input, context) => lookout.diagnose(input, context),
    plan: (input, context) => lookout.plan(input, context),
    scaleConnector: stamping(options, updateInPlace),
    awaitConnector: (input, context) => awaitInPlace(options, input, context),
    boundInstances: stamping(options, boundInstances),
    awaitBounds: (input, context) => awaitBounds(options, input, context),
    pinTraffic: stamping(options, pinTraffic),
    deployService: stamping(options, deployService),
    awaitRevision: (input, context) => awaitRevision(options, input, context),
    shiftTraffic: stamping(options, shiftTraffic),
    awaitTraffic: (input, context) => awaitTraffic(options, input, context),
    restoreTraffic: stamping(options, restoreTraffic),
    validate: (input, context) => validate(options, input, context),
    prepareCase: (input) => prepareCase(options, input),
    openCase: (input, context) => openCase(options, input, context),
    attachEvidence: (input, context) => attachEvidence(options, input, context),
    commentOnCase: (input, context) => commentOnCase(options, input, context),
    readCase: (input, context) => readCase(options, input, context),
    escalateCase: (input, context) => escalateCase(options, input, context),
    closeCase: (input, context) => closeCase(options, input, context),
    inform: (input, context) => notify(options, input, context),
    conclude: (input, context) => notify(options, input, context),
  };
}
