/** Which cores a measurement runs on: the subject has one to itself. */

export interface Cores {
  readonly server: string;
  readonly load: string;
}

/** The last core for the server, the others for load and upstream; `undefined` where there is but one. */
export const coresOf = (count: number): Cores | undefined =>
  count < 2 ? undefined : { server: String(count - 1), load: count === 2 ? '0' : `0-${count - 2}` };
