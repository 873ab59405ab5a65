/** One operation of the data API: what it is called, and how a message of bytes becomes an answer of bytes. */
import type { Cloud } from '../../cloud';
import type { Instance } from './instances';
import { decodeRequest, encodeMessage } from './protocol';
import type { Requests } from './protocol';

export interface DataCall<Request> {
  readonly request: Request;
  readonly instance: Instance;
  readonly cloud: Cloud;
}

export interface DataOperation {
  /** `PutRow`, the name of its messages and of its path. */
  readonly name: string;
  readonly run: (body: Buffer, instance: Instance, cloud: Cloud) => Buffer;
}

/**
 * An operation whose types are closed over, so that operations of different messages stand in one list.
 * @param handle does it, and gives the answer's fields as the protocol names them
 */
export const dataOperation = <Name extends keyof Requests>(
  name: Name,
  handle: (call: DataCall<Requests[Name]>) => Readonly<Record<string, unknown>>,
): DataOperation => ({
  name,
  run: (body, instance, cloud) =>
    encodeMessage(`${name}Response`, handle({ request: decodeRequest(name, body), instance, cloud })),
});
