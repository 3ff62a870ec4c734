// The transport that the simulated control plane offers in process. It has the shape of reconcile-kit's KubeTransport without importing it
// (a compile-time test proves the two assignable), so that anything else that speaks HTTP in these terms may use it as well.

/** A request to the API server. */
export interface SimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The URL path, escaped. */
  readonly path: string;
  /** Query parameters; undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds until it fails with `DeadlineExceeded`: the whole exchange, or for `stream` until the headers have arrived. */
  readonly deadlineMs?: number;
  /** Asked right before the request takes effect; if it throws nothing is sent, and the request fails with that error. */
  readonly admit?: (remainingMs: number) => void;
  readonly signal?: AbortSignal;
}

/** A whole answer. Header names are in lower case. */
export interface SimResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer whose body comes as it arrives. */
export interface SimStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): void;
}

/** In process instead of a network. Errors are made by the `error` option of `createTransport`. */
export interface SimTransport {
  request(request: SimRequest): Promise<SimResponse>;
  stream(request: SimRequest): Promise<SimStream>;
  close(): Promise<void>;
}

/** Why a request got no answer: the reasons of reconcile-kit's KubeError that concern the way there. */
export type TransportFailure = 'ConnectionFailed' | 'ConnectionLost' | 'DeadlineExceeded' | 'Aborted';

/** Makes the error of a request that got no answer, so that a client meets errors of its own type. */
export type TransportErrorFactory = (message: string, reason: TransportFailure, request: string) => Error;
