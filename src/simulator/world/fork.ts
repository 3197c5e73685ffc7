import type { Revision, Service, WorldState } from './state.ts';

/** A world of its own, equal to this one at this instant; what never changes is shared. `turn` other than 0 gives it other chances. */
export function forkState(state: WorldState, turn = 0): WorldState {
  const services = state.services.map(forkService);
  return {
    ...state,
    chance: state.chance.fork(turn),
    services,
    byName: new Map(services.map((service) => [service.description.name, service])),
    connectors: new Map([...state.connectors].map(([name, connector]) => [name, { ...connector }])),
    databases: new Map([...state.databases].map(([name, database]) => [name, { ...database }])),
  };
}

function forkService(service: Service): Service {
  const revisions = new Map<string, Revision>();
  const forked: Service = { ...service, revisions };
  for (const [name, revision] of service.revisions) {
    const instances = revision.instances.map((instance) => ({ ...instance }));
    revisions.set(name, { ...revision, service: forked, instances });
  }
  return forked;
}
