/** One request as it was received and answered. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** null: the connection was reset, or the client hung up, before an answer. */
  status: number | null;
  /** It asked for a mutation of a Google resource, whatever came of it. */
  readonly wasWrite: boolean;
  /** The mutation took effect, even when its answer was lost. */
  committed: boolean;
  /** Id of the fault that hit it. */
  fault: string | null;
  /** Host of the API; `services` for the simulated services, `control` for the control plane, `unknown` for no route. */
  readonly api: string;
  readonly actor: string;
}

export interface CommittedWrite {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly resourceName: string;
  readonly methodName: string;
  readonly actor: string;
  readonly body: unknown;
}
