import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installPacked } from '../../tools/pack/install-packed.ts';
import { packLibrary } from '../../tools/pack/pack.ts';

const root = join(import.meta.dirname, '../..');
const libraryDirs = globSync('libs/*', { cwd: root }).sort();

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'packed-'));
});

afterAll(() => {
  rmSync(dir, { recursive: true });
});

function project(name: string, packages: readonly string[]): string {
  const path = join(dir, name);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), '{ "private": true, "type": "module" }\n');
  installPacked(path, packages);
  return path;
}

describe.each(libraryDirs)('%s as it is published', (libraryDir) => {
  const library = basename(libraryDir);
  const name = `@neo4j-operator/${library}`;

  it('holds the build, its types, its manifest and the licence, and no tests', () => {
    const { files } = packLibrary(join(root, libraryDir), dir);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'dist/index.js', 'dist/index.d.ts']));
    expect(
      files.filter(
        (file) =>
          !/^(dist\/.*\.(js|d\.ts)|schemas\/.*\.json|images\/.*\.svg|package\.json|README\.md|LICENSE)$/.test(
            file,
          ),
      ),
    ).toEqual([]);
    expect(files).toContain('LICENSE');
    expect(readFileSync(join(root, libraryDir, 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(root, 'LICENSE'), 'utf8'),
    );
    expect(files.filter((file) => /\.spec(-helper)?\./.test(file))).toEqual([]);
  });

  it('is imported by plain Node.js in an empty project, with nothing installed but what it declares', () => {
    const path = project(`import-${library}`, [name]);
    const program = `console.log(JSON.stringify(Object.keys(await import('${name}'))));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: path });
    expect((JSON.parse(output.toString()) as string[]).length).toBeGreaterThan(0);
  });

  it('gives its types to a program that is compiled against it, without skipping their check', () => {
    const path = project(`compile-${library}`, [name, '@types/node']);
    writeFileSync(
      join(path, 'main.ts'),
      `import * as library from '${name}';\nexport const names: (keyof typeof library)[] = [];\n`,
    );
    const flags = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--target',
      'es2024',
      '--lib',
      'es2024,esnext.disposable',
    ];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const args = [tsc, ...flags, '--module', 'nodenext', '--types', 'node', '--noEmit', 'main.ts'];
    expect(compile(args, path)).toBe('');
  });
});

/** @returns what the compiler has to say; nothing when all is well */
function compile(args: readonly string[], cwd: string): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}

describe('an empty project', () => {
  it('has the declared packages of a library, theirs in turn, and no others', () => {
    const path = project('closure', ['@neo4j-operator/cache']);
    expect(globSync('node_modules/{@*/*,[!@]*}', { cwd: path }).sort()).toEqual([
      'node_modules/@neo4j-operator/cache',
      'node_modules/@neo4j-operator/clock',
    ]);
  });

  it('gets copies in the installed version', () => {
    const path = project('copies', ['rxjs']);
    const version = (at: string): unknown =>
      (JSON.parse(readFileSync(join(at, 'node_modules/rxjs/package.json'), 'utf8')) as { version: unknown })
        .version;
    expect(version(path)).toBe(version(root));
    expect(globSync('node_modules/*', { cwd: path }).sort()).toEqual([
      'node_modules/rxjs',
      'node_modules/tslib',
    ]);
  });

  it('cannot be made from packages that are not there', () => {
    expect(() => {
      installPacked(dir, ['@neo4j-operator/missing']);
    }).toThrow('@neo4j-operator/missing is not installed in the workspace.');
  });
});
