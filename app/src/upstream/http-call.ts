/**
 * One HTTP call by undici's lowest interface. Its usual one makes a Node stream of each body, which costs a third of a
 * call's processor time here, where bodies are gathered or passed on and need no more than a queue.
 */
import type { AbortState } from '../abort';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { BodyQueue } from './body-queue';

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** Leaving it before its end closes the connection. */
  readonly body: BodyQueue;
}

/** The first status of an answer; those below are said before it. */
const FIRST_FINAL_STATUS = 200;

/** What a connection is ended with when nobody wants the rest. */
const closedByReader = (): Error => new Error('the rest of the answer is not wanted');

/**
 * Resolves with the head of the answer.
 * @param signal ends the call and closes its connection when it is aborted; call and body then fail by its reason
 */
export const httpCall = (
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  options: Dispatcher.DispatchOptions,
  signal: AbortState,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    /** Why it is ended, also before it has a connection. */
    let ended: Error | undefined;
    const close = (reason: Error): void => {
      ended ??= reason;
      controller?.abort(reason);
    };
    const body = new BodyQueue({
      pause: () => controller?.pause(),
      resume: () => controller?.resume(),
      close: () => {
        close(closedByReader());
      },
    });
    const fail = (reason: Error): void => {
      signal.removeEventListener('abort', onAbort);
      body.fail(reason);
      reject(reason);
    };
    const onAbort = (): void => {
      fail(signal.reason as Error);
      close(signal.reason as Error);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart: (given) => {
        controller = given;
        if (ended !== undefined) given.abort(ended);
      },
      onResponseStart: (_controller, statusCode, headers) => {
        if (statusCode >= FIRST_FINAL_STATUS) resolve({ statusCode, headers, body });
      },
      onResponseData: (_controller, piece) => {
        body.push(piece);
      },
      onResponseEnd: () => {
        signal.removeEventListener('abort', onAbort);
        body.end();
      },
      onResponseError: (_controller, error) => {
        fail(error);
      },
    });
  });
