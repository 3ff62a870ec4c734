import { KubeError } from '../core/errors.ts';

/** What is known about an exchange that failed on the way. */
export interface FailedExchange {
  readonly error: NodeJS.ErrnoException;
  /** `GET /api/v1/pods` */
  readonly request: string;
  /** `https://10.0.0.1:443` */
  readonly server: string;
  /** The connection stood, so the server may have got the request. */
  readonly connected: boolean;
}

/** What each refusal of a certificate means and what helps. */
const certificateProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it on the server',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: check the clocks of both machines',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another name: use a name that it carries, or set tls-server-name in the kubeconfig',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is signed by itself: give its CA in certificate-authority-data',
  SELF_SIGNED_CERT_IN_CHAIN: 'its CA is not the given one: correct certificate-authority-data',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its CA is not the given one: correct certificate-authority-data',
  UNABLE_TO_GET_ISSUER_CERT: 'its CA is not the given one: correct certificate-authority-data',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its CA is not the given one: correct certificate-authority-data',
  CERT_SIGNATURE_FAILURE: 'its CA is not the given one: correct certificate-authority-data',
};

/** The typed error for what Node reports. */
export function networkError({ error, request, server, connected }: FailedExchange): KubeError {
  if (error instanceof KubeError) return error;
  const code = error.code ?? '';
  const details = { request, cause: error };
  const problem = certificateProblems[code];
  if (problem !== undefined) {
    return new KubeError(`${server} is not trusted: ${problem}`, { reason: 'TlsFailed', ...details });
  }
  if (code.startsWith('ERR_OSSL_')) {
    return new KubeError(
      `The certificates for ${server} cannot be used (${error.message}): correct those in the configuration`,
      { reason: 'TlsFailed', ...details },
    );
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') {
    return new KubeError(`${server} refused the TLS connection: ${error.message}`, {
      reason: 'TlsFailed',
      ...details,
    });
  }
  if (code.startsWith('HPE_')) {
    return new KubeError(`${server} does not answer in HTTP (${code}): check the address`, {
      reason: 'MalformedResponse',
      ...details,
    });
  }
  if (!connected) {
    return new KubeError(
      `${server} cannot be reached (${code === '' ? error.message : code}): check the address and the network`,
      {
        reason: 'ConnectionFailed',
        ...details,
      },
    );
  }
  return new KubeError(
    `${request}: the connection to ${server} broke (${code === '' ? error.message : code})`,
    {
      reason: 'ConnectionLost',
      ...details,
    },
  );
}
