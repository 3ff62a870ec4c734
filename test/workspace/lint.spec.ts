import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

interface Case {
  /** An existing file whose text is replaced: the rules depend on where it is. */
  readonly file: string;
  readonly text: string;
}

const clock = 'libs/clock/src/clock.ts';
const clockSpec = 'libs/clock/src/clock.spec.ts';
const cache = 'libs/cache/src/index.ts';
const core = 'libs/reconcile-kit/src/core/key.ts';
const metrics = 'libs/reconcile-kit/src/metrics/ports.ts';
const transport = 'libs/reconcile-kit/src/transport/transport.ts';
const probes = 'libs/reconcile-kit/src/manager/probes.ts';
const connection = 'libs/neo4j-admin/src/connection/bolt-connector.ts';
const neo4jAdmin = 'libs/neo4j-admin/src/index.ts';
const simServer = 'libs/kube-sim/src/server/connections.ts';
const simFaults = 'libs/kube-sim/src/faults/exchange.ts';
const hollowServer = 'libs/hollow-node/src/server/node-server.ts';
const hollowNetwork = 'libs/hollow-node/src/network/dial.ts';
const childProcess = 'libs/hollow-node/src/child-process/child-process.ts';
const hollowNode = 'libs/hollow-node/src/index.ts';
const tool = 'tools/setup/run.mjs';
const test = 'test/workspace/lint.spec.ts';
const jestConfig = 'libs/clock/jest.config.mjs';

const globals = 'no-restricted-globals';
const properties = 'no-restricted-properties';
const syntax = 'no-restricted-syntax';
const imports = '@typescript-eslint/no-restricted-imports';
const boundaries = '@nx/enforce-module-boundaries';

/** rule, file, text */
const refused: readonly (readonly [string, string, string])[] = [
  [properties, core, 'export const at = Date.now();'],
  [properties, core, 'export const { now } = Date;'],
  [syntax, core, 'export const at = new Date();'],
  [syntax, core, 'export const at = Date();'],
  [properties, core, 'export const at = performance.now();'],
  [properties, core, 'export const at = process.hrtime.bigint();'],
  [properties, core, 'export const chance = Math.random();'],
  [properties, core, 'export const signal = AbortSignal.timeout(5);'],
  [properties, core, 'export const signal = AbortSignal.any([]);'],
  ...['setTimeout', 'setInterval', 'setImmediate'].map(
    (name) => [globals, core, `export const timer = ${name}(() => undefined, 1);`] as const,
  ),
  ...['clearTimeout', 'clearInterval', 'clearImmediate'].map(
    (name) => [globals, core, `${name}(undefined);`] as const,
  ),
  [properties, core, 'globalThis.setTimeout(() => undefined, 1);'],
  [imports, core, "import { setTimeout } from 'node:timers/promises'; await setTimeout(1);"],
  [imports, core, "export { performance } from 'node:perf_hooks';"],
  [syntax, core, "export const timers = await import('node:timers');"],
  [properties, tool, 'export const at = Date.now();'],
  [properties, test, 'export const at = Date.now();'],

  [syntax, core, 'declare const d: ClassDecorator; @d export class A {}'],
  [syntax, core, 'export enum A { B }'],
  [syntax, core, 'export default 1;'],
  [syntax, core, 'const a = 1; export { a as default };'],
  [syntax, clock, 'export default 1;'],
  [syntax, tool, 'export default 1;'],
  ['@typescript-eslint/no-explicit-any', core, 'export const a = (b: any): unknown => b;'],
  [
    '@typescript-eslint/consistent-type-imports',
    core,
    "import { Timer } from '@neo4j-operator/clock'; export type A = Timer;",
  ],
  ['@typescript-eslint/no-floating-promises', core, 'Promise.resolve(1);'],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    core,
    "export function f(a: 'x' | 'y'): void { switch (a) { case 'x': return; } }",
  ],

  ...['node:net', 'node:http', 'node:https', 'node:tls', 'net', 'http'].map(
    (name) => [imports, core, `export * as network from '${name}';`] as const,
  ),
  [syntax, core, "export const network = await import('node:net');"],
  [imports, metrics, "export * as network from 'node:http';"],
  [imports, probes, "export * as network from 'node:net';"],
  [imports, simFaults, "export * as network from 'node:https';"],
  [imports, simServer, "export { driver } from 'neo4j-driver';"],
  [imports, hollowNode, "export * as network from 'node:net';"],
  [imports, hollowNode, "export * as processes from 'node:child_process';"],
  [imports, hollowServer, "export * as processes from 'node:child_process';"],
  [imports, childProcess, "export * as network from 'node:net';"],
  [imports, core, "export * as processes from 'child_process';"],
  [syntax, transport, "export const processes = await import('node:child_process');"],
  [imports, core, "export { Registry } from 'prom-client';"],
  [imports, transport, "export { Registry } from 'prom-client';"],
  [syntax, core, "export const client = await import('prom-client');"],
  [imports, neo4jAdmin, "export { driver } from 'neo4j-driver';"],
  [imports, neo4jAdmin, "export * as network from 'node:net';"],
  [imports, core, "export { driver } from 'neo4j-driver';"],
  [imports, core, "export { KubeConfig } from '@kubernetes/client-node';"],
  [imports, core, "import type { KubeConfig } from '@kubernetes/client-node'; export type A = KubeConfig;"],
  [imports, transport, "export { KubeConfig } from '@kubernetes/client-node';"],
  [syntax, core, "export const client = await import('@kubernetes/client-node');"],

  [boundaries, clock, "export { deltas } from '@neo4j-operator/cache';"],
  [boundaries, clock, "export type { A } from '@neo4j-operator/api-types';"],
  [boundaries, clockSpec, "export * from '@neo4j-operator/cache';"],
  [boundaries, cache, "export * from '@neo4j-operator/reconcile-kit';"],
  [boundaries, cache, "export const kit = await import('@neo4j-operator/reconcile-kit');"],
  [boundaries, 'libs/api-types/src/index.ts', "export * from '@neo4j-operator/cache';"],
  [boundaries, core, "export * from '@neo4j-operator/api-types';"],
  [boundaries, core, "export * from '../../../cache/src/index.ts';"],
  [boundaries, core, "export * from '../../../clock/src/clock.ts';"],
];

const allowed: readonly (readonly [string, string, string])[] = [
  [properties, clock, 'export const at = Date.now();'],
  [globals, clock, 'export const timer = setTimeout(() => undefined, 1);'],
  [syntax, clock, 'export const at = new Date();'],
  [syntax, core, 'export const text = (ms: number): string => new Date(ms).toISOString();'],
  [syntax, jestConfig, 'export default {};'],
  [imports, transport, "export * as network from 'node:http';"],
  [imports, probes, "export * as network from 'node:http';"],
  [imports, connection, "export { driver } from 'neo4j-driver';"],
  [imports, hollowServer, "export * as network from 'node:https';"],
  [imports, hollowNetwork, "export * as network from 'node:net';"],
  [imports, childProcess, "export * as processes from 'node:child_process';"],
  [imports, simServer, "export * as network from 'node:https';"],
  [imports, test, "export * as network from 'node:net';"],
  [imports, metrics, "export { Registry } from 'prom-client';"],
  [syntax, transport, "export const client = await import('@kubernetes/client-node');"],
  [boundaries, core, "export * from '@neo4j-operator/cache';"],
  [boundaries, cache, "export { sleep } from '@neo4j-operator/clock';"],
  [boundaries, test, "export * from '@neo4j-operator/reconcile-kit';"],
];

const root = join(import.meta.dirname, '../..');

/** The rules that each text breaks. */
function lint(cases: readonly Case[]): readonly (readonly string[])[] {
  const script = join(import.meta.dirname, 'lint-texts.mjs');
  const output = execFileSync(process.execPath, [script], { cwd: root, input: JSON.stringify(cases) });
  return JSON.parse(output.toString()) as readonly (readonly string[])[];
}

let broken: readonly (readonly string[])[];

beforeAll(() => {
  broken = lint([...refused, ...allowed].map(([, file, text]) => ({ file, text })));
});

describe('the linter refuses', () => {
  it.each(refused.map(([rule, file, text], index) => ({ rule, file, text, index })))(
    '$text in $file',
    ({ rule, index }) => {
      expect(broken[index]).toContain(rule);
    },
  );
});

describe('the linter allows', () => {
  it.each(allowed.map(([rule, file, text], index) => ({ rule, file, text, index })))(
    '$text in $file',
    ({ rule, index }) => {
      expect(broken[refused.length + index]).not.toContain(rule);
      expect(broken[refused.length + index]).not.toContainEqual(expect.stringContaining('Parsing error'));
    },
  );
});
