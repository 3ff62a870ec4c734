// Installs the packages that package-lock.json names, and only when they are not there yet: after the first run
// nothing here touches the network.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './errors.mjs';
import { capture, run } from './spawn.mjs';

/**
 * The parts of a lock file (version 3) that tell whether a package is installed as locked.
 *
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} LockFile
 */

const oldestNpm = 10;

/**
 * Lists what the lock file asks for and npm's own record of `node_modules` does not show. Optional packages may be absent, since
 * most of them are for other platforms, but not present in another version.
 *
 * @param {LockFile} lock package-lock.json
 * @param {LockFile | undefined} installed node_modules/.package-lock.json, which npm writes when an installation is complete
 * @returns {string[]} paths such as `node_modules/rxjs`
 */
export function missingPackages(lock, installed) {
  return Object.entries(lock.packages)
    .filter(([path]) => path.includes('node_modules/'))
    .filter(([path, wanted]) => {
      const found = installed?.packages[path];
      if (found === undefined) return wanted.optional !== true && wanted.devOptional !== true;
      return (
        found.version !== wanted.version ||
        found.integrity !== wanted.integrity ||
        (wanted.link === true && found.resolved !== wanted.resolved)
      );
    })
    .map(([path]) => path);
}

/**
 * Makes `node_modules` what package-lock.json says.
 *
 * @param {string} root the repository
 * @param {NodeJS.ProcessEnv} env
 * @throws SetupError if npm is missing, too old, or fails
 */
export async function ensureInstalled(root, env) {
  const lock = readLock(join(root, 'package-lock.json'));
  if (lock === undefined)
    throw new SetupError('package-lock.json is missing: check the repository out again.');
  const missing = missingPackages(lock, readLock(join(root, 'node_modules/.package-lock.json')));
  if (missing.length === 0) return;

  const [npm, ...npmArgs] = npmCommand(env);
  const version = await capture(npm, [...npmArgs, '--version'], { cwd: root, env });
  if (!(Number.parseInt(version, 10) >= oldestNpm)) {
    throw new SetupError(
      `npm ${oldestNpm} or newer is needed, this is ${version.trim() || 'not there'}: run 'npm install --global npm'.`,
    );
  }
  console.log(`Installing packages (${missing.length} missing or changed) ...`);
  // Without install scripts every npm version does the same, and nothing here needs them: binaries come as packages.
  // Everything is needed, whatever NODE_ENV or the user's settings leave out elsewhere.
  const kinds = ['--include=dev', '--include=optional', '--include=peer'];
  const flags = [...kinds, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if ((await run(npm, [...npmArgs, 'ci', ...flags], { cwd: root, env })) !== 0) {
    throw new SetupError(
      "'npm ci' failed, see above: the first installation needs the package registry, later runs do not.",
    );
  }
  console.log('Packages are installed.');
}

/**
 * The npm that called us, or else the one on the PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, ...string[]]}
 */
function npmCommand(env) {
  const caller = env['npm_execpath'];
  return caller?.endsWith('npm-cli.js') === true ? [process.execPath, caller] : ['npm'];
}

/**
 * @param {string} path
 * @returns {LockFile | undefined}
 */
function readLock(path) {
  if (!existsSync(path)) return undefined;
  return /** @type {LockFile} */ (JSON.parse(readFileSync(path, 'utf8')));
}
