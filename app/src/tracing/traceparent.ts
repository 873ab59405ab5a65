/** The header by which a caller says which trace a request belongs to. */

/** Version, trace, parent, flags; of a later version there may be more. Source: W3C Trace Context, 3.2. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-[\da-f-]{1,64})?$/;

export interface ParentContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** What a traceparent says, or `undefined` when it is none. */
export const parseTraceparent = (header: string | undefined): ParentContext | undefined => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
};
