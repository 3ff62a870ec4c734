// What a test knows of the server that it talks to, whether real or simulated.

/** A running server. A test that is written against this alone runs on a real server and on a simulated one. */
export interface ServerUnderTest {
  /** For messages and for the names of tests. */
  readonly name: string;
  /** As the server itself says, for example `5.26.30`. */
  readonly version: string;
  /** As the server itself says. */
  readonly edition: 'community' | 'enterprise';
  /** `host:port` of Bolt. */
  readonly boltAddress: string;
  /** `host:port` of HTTP, if it serves that. */
  readonly httpAddress?: string;
  /** Of a user who may do everything that the edition allows. */
  readonly credentials: { readonly username: string; readonly password: string };
  /** The certificate authorities (PEM) of which the server's certificate is; absent if it speaks without TLS. */
  readonly authorities?: readonly string[];
  /** Gives the server back: it ends, unless the whole suite shares it. */
  stop(): Promise<void>;
}
