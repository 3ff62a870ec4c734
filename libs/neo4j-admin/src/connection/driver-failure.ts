import type { BoltFailure } from './bolt-connector.ts';
import { LoginHeldBackError } from './held-back-login.ts';

type TransportKind = Extract<BoltFailure, { origin: 'transport' }>['kind'];

/** As far as a failure can be told from the error alone; `hung-up` has to be looked into. */
export type DriverFailure =
  | BoltFailure
  | { readonly origin: 'hung-up'; readonly during: 'handshake' | 'unknown'; readonly message: string };

interface DriverError {
  readonly code?: unknown;
  readonly message: string;
  readonly gqlStatus?: unknown;
  readonly cause?: unknown;
}

/**
 * What the driver's own messages say. They belong to the one version of the driver that this library pins, and specs with real sockets
 * watch over them. What is not listed counts as "may have run", so a message that changes makes an outcome unknown, never wrong.
 */
const byMessage: readonly (readonly [pattern: RegExp, kind: TransportKind | 'hung-up'])[] = [
  [/^Connection acquisition timed out/, 'acquisition'],
  [/^Pool is closed|^Driver is closed|closed session|Session is closed/i, 'closed'],
  [/Server certificate is not trusted|unable to verify|self-signed certificate/, 'tls-untrusted'],
  [/Server responded HTTP/, 'protocol'],
  [/wrong version number|packet length too long/, 'tls-expected'],
  // Alerts that a server sends before it has taken anything from us (RFC 8446, section 6.2), and what our own side finds missing.
  [
    /alert (handshake failure|protocol version|insufficient security|unknown ca|certificate|bad certificate|unsupported certificate|access denied|no application protocol)/i,
    'tls-refused',
  ],
  [/no protocols available|unsupported protocol|no shared cipher/, 'tls-refused'],
  [/before secure TLS connection was established/, 'hung-up'],
  [/Caused by: (connect E|getaddrinfo|Failed to establish connection)/, 'unreachable'],
  [/^Failed to obtain connection towards|^No servers available for database/, 'routing'],
];

/** Translates what the driver rejects with. */
export function driverFailure(error: unknown): DriverFailure {
  if (!isError(error)) return transport('lost', true, String(error), error);
  if (error instanceof LoginHeldBackError) return transport('login-held-back', false, error.message, error);
  const server = serverFailure(error);
  if (server !== undefined) return server;
  const { cause, code, message } = error;
  if (isError(cause)) {
    // The routing driver turns "not the leader" into its own SessionExpired, and the last router's error into a failed discovery.
    const inner = driverFailure(cause);
    const isDiscovery = message.startsWith('Could not perform discovery');
    if (inner.origin === 'server' || (inner.origin === 'transport' && inner.kind === 'login-held-back'))
      return inner;
    if (isDiscovery)
      return inner.origin === 'transport'
        ? { ...inner, mayHaveRun: false }
        : { ...inner, during: 'handshake' };
  }
  if (message.startsWith('Could not perform discovery')) return transport('routing', false, message, error);
  const known = byMessage.find(([pattern]) => pattern.test(message));
  if (known !== undefined) {
    return known[1] === 'hung-up'
      ? { origin: 'hung-up', during: 'handshake', message }
      : transport(known[1], false, message, error);
  }
  if (code === 'ProtocolError') return transport('protocol', true, message, error);
  if (message === 'Connection was closed by server' || /ECONNRESET|EPIPE/.test(message)) {
    return { origin: 'hung-up', during: 'unknown', message };
  }
  return transport('lost', true, message, error);
}

/** A failure on the way. */
export function transport(
  kind: TransportKind,
  mayHaveRun: boolean,
  message: string,
  cause?: unknown,
): Extract<BoltFailure, { origin: 'transport' }> {
  return { origin: 'transport', kind, mayHaveRun, message, ...(cause === undefined ? {} : { cause }) };
}

function serverFailure(error: DriverError): BoltFailure | undefined {
  if (typeof error.code !== 'string' || !error.code.startsWith('Neo.')) return undefined;
  return {
    origin: 'server',
    code: error.code,
    gqlStatus: typeof error.gqlStatus === 'string' ? error.gqlStatus : '',
    gqlCauses: gqlCauses(error.cause),
    message: error.message,
  };
}

function gqlCauses(cause: unknown): readonly string[] {
  if (!isError(cause)) return [];
  return [...(typeof cause.gqlStatus === 'string' ? [cause.gqlStatus] : []), ...gqlCauses(cause.cause)];
}

function isError(value: unknown): value is DriverError {
  return typeof value === 'object' && value !== null && typeof (value as DriverError).message === 'string';
}
