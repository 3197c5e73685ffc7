/** Where a service or connector of a world is: one of another region than the world's own is called NAME@REGION there. */
export interface Placed {
  /** As Google's own names and labels have it. */
  readonly name: string;
  readonly region: string;
}

export function placed(called: string, home: string): Placed {
  const at = called.indexOf('@');
  return at < 0 ? { name: called, region: home } : { name: called.slice(0, at), region: called.slice(at + 1) };
}

export function calledIn(home: string, { name, region }: Placed): string {
  return region === home ? name : `${name}@${region}`;
}
