// What the code does without, and why: the message says what to use instead.
// A later entry of a flat configuration replaces a rule's options as a whole, so each set is put together here.

const timeHint = 'Take a Clock from @neo4j-operator/clock as an argument.';
const chanceHint = 'Take an Rng from @neo4j-operator/clock as an argument.';

const timerFunctions = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
];
const timerModules = ['node:timers', 'node:timers/promises', 'timers', 'timers/promises', 'node:perf_hooks'];

/** Time and chance come in through Clock and Rng, so that everything runs under virtual time. */
export const timeAndChance = {
  globals: timerFunctions.map((name) => ({ name, message: timeHint })),
  properties: [
    ...timerFunctions.map((property) => ({ object: 'globalThis', property, message: timeHint })),
    { object: 'Date', property: 'now', message: timeHint },
    { object: 'performance', property: 'now', message: timeHint },
    { object: 'process', property: 'hrtime', message: timeHint },
    {
      object: 'AbortSignal',
      property: 'timeout',
      message: "Use withDeadline: the platform's timers ignore the Clock.",
    },
    {
      object: 'AbortSignal',
      property: 'any',
      message: 'Use withDeadline: a combined signal is retained by its sources.',
    },
    { object: 'Math', property: 'random', message: chanceHint },
  ],
  syntax: [
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: timeHint },
    { selector: "CallExpression[callee.name='Date']", message: timeHint },
    ...timerModules.map((name) => dynamicImport(name, timeHint)),
  ],
  imports: timerModules.map((name) => ({ name, message: timeHint })),
};

/** Constructs that no file uses. */
export const constructs = [
  { selector: 'Decorator', message: 'Pass dependencies as arguments: there are no decorators here.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
];

/** Configuration files have to have them: the tools that read them ask for it. */
export const defaultExports = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: "ExportSpecifier[exported.name='default']", message: 'Export by name.' },
];

const networkModules = ['net', 'http', 'https', 'http2', 'tls', 'dgram'].flatMap((name) => [
  name,
  `node:${name}`,
]);
const networkHint = 'Only the edge opens sockets: take a KubeTransport or a BoltConnector as an argument.';
const metricsHint = 'Report through the ports in metrics/ports.ts; only metrics/ knows the client library.';
const clientNodeHint =
  'Only the transport imports it, dynamically, when a kubeconfig needs one of its plugins.';

const driverHint = 'Only connection/ knows the driver: take a BoltConnector as an argument.';

const processHint = 'Only hollow-node starts programs, in child-process/.';

const network = networkModules.map((name) => ({ name, message: networkHint }));
const metrics = [{ name: 'prom-client', message: metricsHint }];
const driver = [{ name: 'neo4j-driver', message: driverHint }];
const processes = ['child_process', 'node:child_process'].map((name) => ({ name, message: processHint }));
const clientNode = [{ name: '@kubernetes/client-node', message: clientNodeHint }];

/**
 * The places of a library and what production files may not import there. The first row holds everywhere else.
 *
 * @typedef {{ files: readonly string[], imports: readonly { name: string, message: string }[], dynamic: readonly { name: string, message: string }[] }} Place
 * @type {readonly Place[]}
 */
export const places = [
  {
    files: ['libs/*/src/**/*.ts'],
    ...everywhere([...network, ...processes, ...metrics, ...clientNode, ...driver]),
  },
  {
    files: ['libs/reconcile-kit/src/metrics/**/*.ts'],
    ...everywhere([...network, ...processes, ...clientNode, ...driver]),
  },
  {
    files: ['libs/reconcile-kit/src/manager/probes.ts'],
    ...everywhere([
      ...network.filter(({ name }) => name !== 'node:http'),
      ...processes,
      ...metrics,
      ...clientNode,
      ...driver,
    ]),
  },
  {
    files: ['libs/reconcile-kit/src/transport/**/*.ts'],
    imports: [...processes, ...metrics, ...clientNode, ...driver],
    dynamic: [...processes, ...metrics, ...driver],
  },
  {
    files: ['libs/neo4j-admin/src/connection/**/*.ts'],
    ...everywhere([...processes, ...metrics, ...clientNode]),
  },
  {
    files: [
      'libs/kube-sim/src/server/**/*.ts',
      'libs/neo4j-sim/src/bolt/**/*.ts',
      'libs/neo4j-sim/src/http/**/*.ts',
      'libs/hollow-node/src/network/**/*.ts',
      'libs/hollow-node/src/server/**/*.ts',
    ],
    ...everywhere([...processes, ...metrics, ...clientNode, ...driver]),
  },
  {
    files: ['libs/hollow-node/src/child-process/**/*.ts'],
    ...everywhere([...network, ...metrics, ...clientNode, ...driver]),
  },
];

/**
 * The selector for `import(name)`, which the rule for import declarations does not see.
 *
 * @param {string} name
 * @param {string} message
 */
export function dynamicImport(name, message) {
  return { selector: `ImportExpression[source.value='${name}']`, message };
}

/** @param {Place['imports']} imports */
function everywhere(imports) {
  return { imports, dynamic: imports };
}
