// Which library may import which. A row that is missing forbids everything, so a new library needs one.

/** What knows Neo4j or Kubernetes but is no domain of its own. */
const base = ['api-types', 'autoscale', 'cache', 'neo4j-admin', 'reconcile-kit'];

/** A domain library never imports another one: what two of them share moves down. */
const domain = [...base, 'cluster-access'];

/** Stand-ins for a control plane, a database and a node; production code never imports them. */
export const testKits = ['hollow-node', 'kube-sim', 'neo4j-sim'];

/** @type {Readonly<Record<string, readonly string[]>>} library -> libraries that its production files may import besides clock */
export const libraries = {
  clock: [],
  'api-types': [],
  autoscale: [],
  cache: [],
  'kube-sim': [],
  'neo4j-sim': [],
  'reconcile-kit': ['cache'],
  'neo4j-admin': ['cache'],
  'hollow-node': ['reconcile-kit'],
  'cluster-access': base,
  backup: domain,
  cluster: domain,
  database: domain,
  plugins: domain,
  security: domain,
};

/** What the table means for the module-boundary rule. Every library carries the tag `lib:<name>`, every application `type:app`. */
export const productionConstraints = [
  ...Object.entries(libraries).map(([name, imports]) => constraint(`lib:${name}`, withClock(name, imports))),
  constraint(
    'type:app',
    Object.keys(libraries).filter((name) => !testKits.includes(name)),
  ),
];

/** Specs may also use the two sims. What needs more than one kit, or a hollow node, belongs under test/. */
export const specConstraints = productionConstraints.map(({ sourceTag, onlyDependOnLibsWithTags }) => ({
  sourceTag,
  onlyDependOnLibsWithTags: [...onlyDependOnLibsWithTags, 'lib:kube-sim', 'lib:neo4j-sim'],
}));

/**
 * @param {string} name
 * @param {readonly string[]} imports
 */
function withClock(name, imports) {
  return name === 'clock' ? imports : ['clock', ...imports];
}

/**
 * @param {string} sourceTag
 * @param {readonly string[]} imports
 */
function constraint(sourceTag, imports) {
  return { sourceTag, onlyDependOnLibsWithTags: imports.map((name) => `lib:${name}`) };
}
