/** How a connector is spelt where it is one of several things: a gate, the subject of a change, a part of the figures. */
export type OfConnector = `connector:${string}`;

/** Journals up to 0.1.0 have one, without its name. */
export const NAMELESS = 'connector';

const CONNECTOR = 'connector:';

export function ofConnector(name: string): OfConnector {
  return `${CONNECTOR}${name}`;
}

export function isOfConnector(what: string): boolean {
  return what.startsWith(CONNECTOR);
}

/** The name in it. */
export function connectorIn(what: string): string {
  return what.slice(CONNECTOR.length);
}

/** The newest of these instants that is a connector's; 0 where none is. */
export function newestOfConnectors(instants: Readonly<Record<string, number>>): number {
  return Math.max(0, ...Object.entries(instants).flatMap(([what, at]) => (isOfConnector(what) ? [at] : [])));
}
