import { asError, isKubeError, type KubeError } from '../core/errors.ts';
import { ConfigError } from '../transport/cluster-config.ts';

/** The process cannot start. The message is one sentence that says why, and what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What to tell the user when the process ends with an error, and how it exits. */
export interface Explanation {
  readonly message: string;
  /** 1 if starting again may help, 2 if something has to be changed first. */
  readonly exitCode: 1 | 2;
}

/**
 * Explains an error that ended the process: one sentence with what was wrong and what to do.
 *
 * @param error - what was thrown, by `loadClusterConfig`, by a request, by the manager
 */
export function explainError(error: unknown): Explanation {
  if (error instanceof StartError || error instanceof ConfigError)
    return { message: error.message, exitCode: 2 };
  if (isKubeError(error)) return explainKubeError(error);
  return { message: asError(error).message, exitCode: 1 };
}

function explainKubeError(error: KubeError): Explanation {
  const { message } = error;
  switch (error.reason) {
    case 'Unauthorized':
      return change(
        `${message}: the API server does not accept the credentials; renew them, or check the service account`,
      );
    case 'Forbidden':
      return change(
        `${message}: grant this permission to the service account, or install the current RBAC rules`,
      );
    case 'NotFound':
      return change(
        `${message}: the API server does not know this resource; install the current CustomResourceDefinitions first`,
      );
    case 'UnexpectedStatus':
      // The API server answers so, in plain text, for a path that it does not serve; so does a proxy.
      return error.status === 404
        ? change(
            `${message}: nothing is served there; install the current CustomResourceDefinitions first, and check the address of the API server`,
          )
        : { message, exitCode: 1 };
    case 'TlsFailed':
      return change(
        `${message}: the certificate of the API server, or the client's, is not accepted; check their validity, and the CA in the configuration`,
      );
    case 'ConnectionFailed':
    case 'ConnectionLost':
    case 'DeadlineExceeded':
      return {
        message: `${message}: the API server cannot be reached; check its address, and the network policies on the way there`,
        exitCode: 1,
      };
    default:
      return { message, exitCode: 1 };
  }
}

function change(message: string): Explanation {
  return { message, exitCode: 2 };
}

/** Why a server cannot listen, and which flag to set. */
export function listenError(
  error: unknown,
  where: { readonly host: string | undefined; readonly port: number; readonly flag: string },
): StartError {
  return new StartError(listenMessage(error as NodeJS.ErrnoException, where), { cause: error });
}

function listenMessage(
  { code, message }: NodeJS.ErrnoException,
  { host, port, flag }: Parameters<typeof listenError>[1],
): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${String(port)} is in use: stop what listens there or set ${flag}`;
    case 'EACCES':
      return `port ${String(port)} may not be used by this user: set ${flag} to one above 1023`;
    case 'EADDRNOTAVAIL':
      return `${host ?? 'the address'} is no address of this machine: correct the bind address`;
    default:
      return `cannot listen on port ${String(port)}: ${message}; set ${flag} to another port`;
  }
}
