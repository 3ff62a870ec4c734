/** A request to the API server. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The URL path, already escaped: `collectionPath` and `objectPath` build it. */
  readonly path: string;
  /** Query parameters; undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON text. */
  readonly body?: string;
  /**
   * Milliseconds until the request fails with `DeadlineExceeded`. For `request` it spans the whole exchange, for `stream` the time
   * until the headers have arrived. Absent: the transport's default.
   */
  readonly deadlineMs?: number;
  /**
   * Asked at the moment of sending, when a connection stands, and again each time that the request is sent anew: may it go out, with
   * so many milliseconds left? If it throws nothing is sent, and the request fails with that error. The server is told the same
   * time (`timeout=`), so that it takes effect in that time or not at all, however long it has waited here.
   */
  readonly admit?: (remainingMs: number) => void;
  readonly signal?: AbortSignal;
}

/** A whole answer, of whatever status. Header names are in lower case. */
export interface KubeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An answer whose body comes as it arrives. */
export interface KubeStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The body's chunks. Reading slowly holds the server back. It ends with the body and throws a KubeError (`ConnectionLost`,
   * `Aborted`) if the body breaks off. Leaving the loop closes the connection.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Closes the connection; harmless when called twice. After it no chunk is delivered. */
  close(): void;
}

/**
 * The seam between the kit and the network. It speaks HTTP and nothing else: any status is an answer, not an error.
 *
 * Errors are always KubeErrors with a reason from "the way there" (see KubeErrorReason), but for what `admit` throws.
 */
export interface KubeTransport {
  /** Sends a request and reads the whole answer. */
  request(request: KubeRequest): Promise<KubeResponse>;
  /** Sends a request and gives the answer as soon as its headers are there. */
  stream(request: KubeRequest): Promise<KubeStream>;
  /** Closes all connections. Requests under way fail with `Aborted`. */
  close(): Promise<void>;
}
