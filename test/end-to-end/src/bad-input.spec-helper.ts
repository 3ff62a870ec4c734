// What users get wrong. Each is one change of a good object.

/** A cluster of one server, as YAML that is JSON. */
export const small = {
  apiVersion: 'neo4j.neo4j.com/v1alpha1',
  kind: 'Neo4jEnterpriseCluster',
  metadata: { name: 'small' },
  spec: {
    acceptLicenseAgreement: 'evaluation',
    image: { tag: '2026.08.1' },
    topology: { primaries: 1 },
    storage: { size: '10Gi' },
    resources: { limits: { memory: '2Gi' } },
  },
} as const;

/** A database in it. */
export const database = {
  apiVersion: 'neo4j.neo4j.com/v1alpha1',
  kind: 'Neo4jDatabase',
  metadata: { name: 'people' },
  spec: { clusterRef: 'small', name: 'people' },
} as const;

type Change = Readonly<Record<string, unknown>>;

/** Clusters that the API server does not take: what is wrong, the change of the spec, what kubectl says. */
export const refusedClusters: readonly (readonly [string, Change, RegExp])[] = [
  ['an unknown field', { topologie: { primaries: 1 } }, /unknown field "spec\.topologie"/],
  [
    'a wrong type',
    { topology: { primaries: 'one' } },
    /spec\.topology\.primaries: .* must be of type integer: "string"/,
  ],
  [
    'a licence that YAML makes a boolean',
    { acceptLicenseAgreement: true },
    /spec\.acceptLicenseAgreement: .*supported values: "commercial", "evaluation"/,
  ],
  [
    'no primaries',
    { topology: { primaries: 0 } },
    /spec\.topology\.primaries: .* should be greater than or equal to 1/,
  ],
  [
    'a smaller volume',
    { storage: { size: '5Gi' } },
    /spec\.storage\.size: Forbidden: is less than before, and a volume cannot shrink; keep the size, or move/,
  ],
  [
    'a setting as a variable',
    { env: [{ name: 'NEO4J_server_memory_heap_max__size', value: '1g' }] },
    /spec\.env\[0\]\.name: Forbidden: .*behind the back of the operator; write the setting under spec\.config/,
  ],
  [
    'more primaries than one',
    { topology: { primaries: 3 } },
    /spec\.topology\.primaries: .*cannot change between 1 and more than 1; make a new cluster .* restore a backup/,
  ],
];

/** Databases that the API server does not take. */
export const refusedDatabases: readonly (readonly [string, Change, RegExp])[] = [
  [
    'a reserved name',
    { name: 'system-x' },
    /spec\.name: Forbidden: begins with system, .*; choose another name/,
  ],
  [
    'a name that is too long',
    { name: 'a'.repeat(64) },
    /spec\.name: Too long: may not be more than 63 bytes/,
  ],
  ['a name with a blank', { name: 'my people' }, /spec\.name: .*"my people": .* should match /],
];

/** Clusters that are taken, and that the operator then calls wrong: the change of the spec, the reason, the sentence. */
export const stalledClusters: readonly (readonly [string, Change, string, RegExp])[] = [
  [
    'an image before 5.26',
    { image: { tag: '5.25.1' } },
    'ImageRefused',
    /^spec\.image\.tag: .*5\.25\.1 is older than 5\.26, .*; use 5\.26 or a later version, as in 5\.26\.30/,
  ],
  [
    'an image that is known to be bad',
    { image: { tag: '5.26.27' } },
    'ImageRefused',
    /^spec\.image\.tag: is known to be bad: there was no release of this number \(5\.26\.27\); use another version$/,
  ],
  [
    'an image of an unknown version',
    { image: { tag: 'latest' } },
    'ImageRefused',
    /^spec\.image\.version: is missing, .*latest.*; name the version of Neo4j that is in the image, as in /,
  ],
  [
    'a setting of the operator',
    { config: { 'server.bolt.listen_address': ':1' } },
    'SpecInvalid',
    /^spec\.config\[server\.bolt\.listen_address\]: .*; remove it: the ports are fixed$/,
  ],
  [
    'a setting of Neo4j 4',
    { config: { 'dbms.memory.heap.max_size': '1g' } },
    'SpecInvalid',
    /^spec\.config\[dbms\.memory\.heap\.max_size\]: is a name of Neo4j 4 .*; remove it and set spec\.memory\.heap$/,
  ],
  [
    'memory that does not fit',
    { memory: { heap: '2Gi', pageCache: '1Gi' } },
    'SpecInvalid',
    /^spec\.memory\.heap: .* do not fit into 2 GiB .*; lower memory\.heap, or raise the memory limit to 3\.5 GiB$/,
  ],
  [
    'too little memory',
    { resources: { limits: { memory: '256Mi' } } },
    'SpecInvalid',
    /^spec\.resources\.limits\.memory: 256 MiB are not enough .*; set a limit of at least 1\.5 GiB/,
  ],
  [
    'a Secret that is not there',
    { auth: { adminSecret: 'nowhere' } },
    'AdminSecretInvalid',
    /^there is no Secret default\/nowhere, which spec\.auth\.adminSecret names: create it with the key password, or /,
  ],
];

/** Passwords that are refused, and why. */
export const refusedPasswords: readonly (readonly [string, string, RegExp])[] = [
  [
    'with a leading dash',
    '-p0123456789',
    /^Secret default\/mine: the password begins with a dash, .*: choose /,
  ],
  [
    'that is too short',
    'short',
    /^Secret default\/mine: .*fewer than 8 characters, .*: choose a longer one$/,
  ],
];
