import {
  boolean,
  community,
  duration,
  enterprise,
  oneOf,
  type Setting,
  type SettingType,
  text,
} from './setting.ts';

/** Settings with a name of the user's in the middle or at the end. */
export interface SettingFamily {
  /** For people: `dbms.ssl.policy.<scope>.enabled`. */
  readonly pattern: string;
  /** The setting, if the name is of this family. */
  readonly match: (name: string) => Setting | undefined;
}

/** What the suffixes of `dbms.ssl.policy.<scope>.` are. The servers accept any suffix and ignore those that they do not know. */
export const sslPolicySuffixes: Readonly<Record<string, SettingType>> = {
  enabled: boolean,
  base_directory: text,
  private_key: text,
  private_key_password: text,
  public_certificate: text,
  trusted_dir: text,
  revoked_dir: text,
  client_auth: oneOf('NONE', 'OPTIONAL', 'REQUIRE'),
  verify_hostname: boolean,
  tls_versions: text,
  ciphers: text,
  trust_all: boolean,
};

/** The scopes that can have a policy. */
export const sslPolicyScopes = ['bolt', 'https', 'cluster', 'backup'] as const;

const oidcSuffixes = [
  'audience',
  'auth_endpoint',
  'auth_flow',
  'auth_params',
  'authorization.group_to_role_mapping',
  'claims.groups',
  'claims.username',
  'client_id',
  'config',
  'display_name',
  'get_groups_from_user_info',
  'get_username_from_user_info',
  'issuer',
  'jwks_uri',
  'params',
  'token_endpoint',
  'token_params',
  'user_info_uri',
  'visible',
  'well_known_discovery_uri',
];

/**
 * Namespaces whose settings are declared by a plugin's own library. A server without the plugin refuses them under strict validation,
 * which is up to whoever installs plugins.
 */
export const pluginNamespaces = ['gds', 'n10s', 'fleetManagement', 'dbms.bloom', 'graphql'] as const;

/** All families. The first that matches counts. */
export const settingFamilies: readonly SettingFamily[] = [
  {
    pattern: 'dbms.ssl.policy.<scope>.<suffix>',
    match: (name) => {
      const [, scope, suffix] = /^dbms\.ssl\.policy\.([a-z]+)\.([a-z_]+)$/.exec(name) ?? [];
      const type =
        suffix !== undefined && Object.hasOwn(sslPolicySuffixes, suffix)
          ? sslPolicySuffixes[suffix]
          : undefined;
      if (type === undefined || !sslPolicyScopes.some((known) => known === scope)) return undefined;
      // Files can be exchanged in a running server from 2025.03 on, but the operation is a reload, not a setting.
      if (suffix !== 'verify_hostname') return community(name, type);
      return community(name, type, {
        defaults: [
          { since: '5.26', value: 'false' },
          { since: '2025.01', value: 'true' },
        ],
      });
    },
  },
  {
    pattern: 'dbms.security.oidc.<provider>.<suffix>',
    match: (name) => {
      const [, suffix] = /^dbms\.security\.oidc\.[A-Za-z0-9_-]+\.([a-z_.]+)$/.exec(name) ?? [];
      return suffix !== undefined && oidcSuffixes.includes(suffix)
        ? enterprise(name, text, { dynamic: true })
        : undefined;
    },
  },
  {
    pattern: 'dbms.routing.load_balancing.config.server_policies.<policy>',
    match: byPattern(/^dbms\.routing\.load_balancing\.config\.server_policies\.[A-Za-z0-9_-]+$/, (name) =>
      enterprise(name, text),
    ),
  },
  {
    pattern: 'db.cluster.raft.leader_transfer.priority_tag.<database>',
    match: byPattern(/^db\.cluster\.raft\.leader_transfer\.priority_tag\.[A-Za-z0-9.-]+$/, (name) =>
      enterprise(name, text),
    ),
  },
  {
    pattern: 'dbms.integrations.cloud_storage.<provider>.<suffix>',
    match: byPattern(/^dbms\.integrations\.cloud_storage\.(s3|gs|azb)\.[a-z_.]+$/, (name) =>
      enterprise(name, name.endsWith('_timeout') ? duration : text),
    ),
  },
  {
    pattern: 'internal.*',
    match: (name) => (name.startsWith('internal.') ? community(name, text) : undefined),
  },
  {
    pattern: `${pluginNamespaces.join('.*, ')}.*`,
    match: (name) =>
      pluginNamespaces.some((namespace) => name.startsWith(`${namespace}.`))
        ? community(name, text)
        : undefined,
  },
];

function byPattern(pattern: RegExp, make: (name: string) => Setting): SettingFamily['match'] {
  return (name) => (pattern.test(name) ? make(name) : undefined);
}
