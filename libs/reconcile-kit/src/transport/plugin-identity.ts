import type { RequestOptions } from 'node:https';
import { ConfigError, type Identity } from './cluster-config.ts';

/**
 * Asks the plugin that a kubeconfig's user names (exec, or an auth provider such as oidc) for credentials. @kubernetes/client-node
 * knows how to run them; it is loaded only here, since it costs more memory than the rest of the process.
 */
export async function pluginIdentity(
  user: Readonly<Record<string, unknown>>,
  field: string,
): Promise<Identity> {
  const { KubeConfig } = await import('@kubernetes/client-node').catch((cause: unknown) => {
    throw new ConfigError(`${field} needs a credential plugin: install the package @kubernetes/client-node`, {
      cause,
    });
  });
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: '', skipTLSVerify: false },
    { name: 'user', exec: user['exec'], authProvider: user['auth-provider'] },
  );
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw new ConfigError(`${field}: the credential plugin failed: ${(cause as Error).message}`, { cause });
  }
  const authorization = (options.headers as Readonly<Record<string, unknown>> | undefined)?.['Authorization'];
  const [cert, key] = [pemOf(options.cert), pemOf(options.key)];
  return {
    ...(typeof authorization === 'string' ? { token: authorization.replace(/^Bearer /, '') } : {}),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

function pemOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
}
