import { enumName, isFields, type Fields } from '../../surface/wire.ts';
import { readServiceScaling } from './scaling.ts';

export const INGRESS_ALL = 'INGRESS_TRAFFIC_ALL';
const INGRESS = [
  'INGRESS_TRAFFIC_UNSPECIFIED',
  INGRESS_ALL,
  'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
  'INGRESS_TRAFFIC_NONE',
];
const STAGES = ['LAUNCH_STAGE_UNSPECIFIED', 'EARLY_ACCESS', 'ALPHA', 'BETA', 'GA', 'DEPRECATED', 'UNIMPLEMENTED', 'PRELAUNCH'];

/** What of a service stands beside its template and its traffic, checked; empty maps are what a client says for nothing. */
export function readRest(rest: Fields): Fields {
  const ingress = enumName(rest['ingress'], INGRESS, 'service.ingress') ?? INGRESS_ALL;
  const launchStage = enumName(rest['launchStage'], STAGES, 'service.launch_stage') ?? 'GA';
  readServiceScaling(rest['scaling']);
  const kept = Object.entries(rest).filter(([, value]) => !(isFields(value) && Object.keys(value).length === 0));
  return { ...Object.fromEntries(kept), ingress, launchStage };
}
