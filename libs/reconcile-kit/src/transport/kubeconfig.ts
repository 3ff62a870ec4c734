import { X509Certificate } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import type { Clock } from '@neo4j-operator/clock';
import {
  type ClusterConfig,
  ConfigError,
  type Identity,
  type LoadClusterConfigOptions,
} from './cluster-config.ts';
import { pluginIdentity } from './plugin-identity.ts';
import { readConfigured } from './read-file.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An entry of one of the kubeconfig's lists, and where it stands. */
interface Entry {
  readonly name: string;
  readonly fields: Fields;
  /** `users[0].user` */
  readonly path: string;
  readonly file: string;
}

interface Kubeconfig {
  readonly file: string;
  readonly currentContext: string | undefined;
  readonly contexts: readonly Entry[];
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
}

/** The cluster that a kubeconfig's context names. Of several files the first that has an entry wins, as for kubectl. */
export async function kubeconfigCluster(
  files: readonly string[],
  options: Pick<LoadClusterConfigOptions, 'context' | 'clock' | 'logger'>,
): Promise<ClusterConfig> {
  const parsed = await Promise.all(files.map(readKubeconfig));
  const where = files.join(', ');
  const contextName = options.context ?? parsed.map(({ currentContext }) => currentContext).find(Boolean);
  if (contextName === undefined) {
    throw new ConfigError(
      `${where} names no current-context: run kubectl config use-context, or name a context`,
    );
  }
  const context = find(parsed, 'contexts', contextName, where);
  const cluster = find(parsed, 'clusters', text(context, 'cluster') ?? '', where);
  const userName = text(context, 'user');
  const user = userName === undefined || userName === '' ? undefined : find(parsed, 'users', userName, where);

  const server = serverUrl(cluster);
  const insecure = cluster.fields['insecure-skip-tls-verify'] === true;
  if (insecure) {
    options.logger.warn(
      { server },
      'insecure-skip-tls-verify is set: whoever is on the way can read and change everything, the credentials included',
    );
  }
  if (text(cluster, 'proxy-url') !== undefined) {
    throw new ConfigError(
      `${field(cluster, 'proxy-url')}: proxies are not supported: reach the server without one`,
    );
  }
  const serverName = text(cluster, 'tls-server-name');
  const ca = insecure ? undefined : await pem(cluster, 'certificate-authority');
  const config: ClusterConfig = {
    source: where,
    server,
    namespace: text(context, 'namespace') ?? 'default',
    ...(serverName === undefined ? {} : { serverName }),
    insecureSkipTlsVerify: insecure,
    loadIdentity: async () => ({
      ...(ca === undefined ? {} : { ca: (await pem(cluster, 'certificate-authority')) ?? ca }),
      ...(user === undefined ? {} : await userIdentity(user, options.clock)),
    }),
  };
  await config.loadIdentity();
  return config;
}

async function userIdentity(user: Entry, clock: Clock): Promise<Identity> {
  for (const name of ['as', 'as-uid', 'as-groups', 'as-user-extra']) {
    // The user's own rights may be greater than those that were meant.
    if (user.fields[name] !== undefined) {
      throw new ConfigError(
        `${field(user, name)}: impersonation is not supported: use a user with just the rights that are needed`,
      );
    }
  }
  if (user.fields['exec'] !== undefined || user.fields['auth-provider'] !== undefined) {
    return pluginIdentity(
      user.fields,
      field(user, user.fields['exec'] === undefined ? 'auth-provider' : 'exec'),
    );
  }
  if (text(user, 'username') !== undefined) {
    throw new ConfigError(
      `${field(user, 'username')}: no Kubernetes accepts passwords any more: use a token or a certificate`,
    );
  }
  const [cert, key] = await Promise.all([pem(user, 'client-certificate'), pem(user, 'client-key')]);
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? 'client-certificate' : 'client-key';
    throw new ConfigError(
      `${user.path} in ${user.file} lacks ${missing}-data: a certificate and its key go together`,
    );
  }
  if (cert !== undefined) checkCertificate(cert, user, clock);
  const tokenFile = text(user, 'tokenFile');
  const token =
    tokenFile === undefined
      ? text(user, 'token')
      : (await readConfigured(resolve(user, tokenFile), field(user, 'tokenFile'))).trim();
  return {
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(token === undefined ? {} : { token }),
  };
}

function checkCertificate(cert: string, user: Entry, clock: Clock): void {
  const validTo = (() => {
    try {
      return new X509Certificate(cert).validToDate;
    } catch (cause) {
      throw new ConfigError(
        `${field(user, 'client-certificate')} is no PEM certificate: correct or renew it`,
        { cause },
      );
    }
  })();
  if (validTo.getTime() < clock.now()) {
    throw new ConfigError(
      `${field(user, 'client-certificate')} expired on ${validTo.toISOString()}: renew it, or fetch a new kubeconfig`,
    );
  }
}

/** The YAML parser is loaded only for what is not JSON, as `kubectl config view --output=json` writes it. */
async function parseDocument(source: string): Promise<unknown> {
  if (source.trimStart().startsWith('{')) return JSON.parse(source) as unknown;
  const { parse } = await import('yaml');
  return parse(source) as unknown;
}

async function readKubeconfig(file: string): Promise<Kubeconfig> {
  const source = await readConfigured(file, 'the kubeconfig');
  let root: unknown;
  try {
    root = await parseDocument(source);
  } catch (cause) {
    const [firstLine] = (cause as Error).message.split('\n');
    throw new ConfigError(`${file} is not valid YAML or JSON: ${firstLine ?? ''}`, { cause });
  }
  if (!isFields(root))
    throw new ConfigError(`${file} is no kubeconfig: it must hold clusters, users and contexts`);
  const currentContext = root['current-context'];
  return {
    file,
    currentContext: typeof currentContext === 'string' && currentContext !== '' ? currentContext : undefined,
    contexts: entries(root, 'contexts', 'context', file),
    clusters: entries(root, 'clusters', 'cluster', file),
    users: entries(root, 'users', 'user', file),
  };
}

function entries(root: Fields, list: string, inner: string, file: string): readonly Entry[] {
  const found = root[list] ?? [];
  if (!Array.isArray(found)) throw new ConfigError(`${list} in ${file} must be a list`);
  return found.map((entry: unknown, index) => {
    const path = `${list}[${String(index)}]`;
    if (!isFields(entry) || typeof entry['name'] !== 'string') {
      throw new ConfigError(`${path} in ${file} must have a name and a ${inner}`);
    }
    const fields = entry[inner] ?? {};
    if (!isFields(fields)) throw new ConfigError(`${path}.${inner} in ${file} must be a map`);
    return { name: entry['name'], fields, path: `${path}.${inner}`, file };
  });
}

function find(
  parsed: readonly Kubeconfig[],
  list: 'contexts' | 'clusters' | 'users',
  name: string,
  where: string,
): Entry {
  const found = parsed.flatMap((config) => config[list]).find((entry) => entry.name === name);
  if (found === undefined) {
    const known = parsed.flatMap((config) => config[list].map((entry) => entry.name)).join(', ');
    throw new ConfigError(
      `${where} has no entry "${name}" in ${list} (it has: ${known === '' ? 'none' : known})`,
    );
  }
  return found;
}

function serverUrl(cluster: Entry): string {
  const server = text(cluster, 'server') ?? '';
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ConfigError(
      `${field(cluster, 'server')} is "${server}": it must be a URL such as https://127.0.0.1:6443`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** A PEM text from `<name>-data` (base64) or from the file that `<name>` names. */
async function pem(entry: Entry, name: string): Promise<string | undefined> {
  const data = text(entry, `${name}-data`);
  if (data !== undefined) {
    const decoded = Buffer.from(data, 'base64').toString('utf8');
    if (!decoded.includes('-----BEGIN ')) {
      throw new ConfigError(
        `${field(entry, `${name}-data`)} is not the base64 form of a PEM text: fetch a new kubeconfig`,
      );
    }
    return decoded;
  }
  const path = text(entry, name);
  return path === undefined ? undefined : readConfigured(resolve(entry, path), field(entry, name));
}

/** Paths in a kubeconfig are relative to it. */
function resolve(entry: Entry, path: string): string {
  return isAbsolute(path) ? path : join(dirname(entry.file), path);
}

function text(entry: Entry, name: string): string | undefined {
  const value = entry.fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ConfigError(`${field(entry, name)} must be a text`);
  return value;
}

function field(entry: Entry, name: string): string {
  return `${entry.path}.${name} in ${entry.file}`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
