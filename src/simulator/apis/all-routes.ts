import type { Call, Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { certificateManagerRoutes } from './certificate-manager.ts';
import { computeRoutes } from './compute.ts';
import { iamRoutes } from './iam.ts';
import { identityRoutes } from './identity.ts';
import { loggingRoutes } from './logging/entries.ts';
import { monitoringRoutes } from './monitoring/time-series.ts';
import { projectRoutes } from './projects.ts';
import { cloudRunRoutes } from './run/routes.ts';
import type { CloudRun } from './run/run.ts';
import { workloadRoutes } from './run/workloads.ts';
import { secretManagerRoutes } from './secret-manager.ts';
import { serviceHealthRoutes } from './service-health.ts';
import { sqlRoutes } from './sql.ts';
import { storageRoutes } from './storage.ts';
import { supportRoutes } from './support/support.ts';
import { vpcAccessRoutes } from './vpc-access/vpc-access.ts';

/** Every method of Google's that is simulated. `run` is shared with the services' own endpoints. */
export function allRoutes(surface: Surface, run: CloudRun): readonly Route[] {
  const granted = (call: Call, permissions: readonly string[]) => permissions.filter((permission) => !call.lacks(permission));
  return [
    ...vpcAccessRoutes(surface),
    ...cloudRunRoutes(run, granted),
    ...workloadRoutes(surface),
    ...sqlRoutes(surface),
    ...storageRoutes(surface),
    ...monitoringRoutes(surface),
    ...loggingRoutes(surface),
    ...supportRoutes(surface),
    ...computeRoutes(surface),
    ...certificateManagerRoutes(surface),
    ...serviceHealthRoutes(surface),
    ...iamRoutes(surface),
    ...identityRoutes(surface),
    ...secretManagerRoutes(surface),
    ...projectRoutes(surface, granted),
  ];
}
