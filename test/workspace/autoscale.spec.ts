// The program of the packed autoscale library, in an empty project: the commands in its guide, docs/autoscaling.md, print what stands there, and
// the example beside it decides.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installPacked } from '../../tools/pack/install-packed.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/autoscale');
const guide = readFileSync(join(root, 'docs/autoscaling.md'), 'utf8');

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'autoscale-'));
  writeFileSync(join(dir, 'package.json'), '{ "private": true, "type": "module" }\n');
  installPacked(dir, ['@neo4j-operator/autoscale']);
  linkProgram(join(dir, 'node_modules'), '@neo4j-operator/autoscale');
  for (const folder of ['examples', 'libs']) symlinkSync(join(root, folder), join(dir, folder));
});

afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** As npm does when it installs a package. */
function linkProgram(modules: string, name: string): void {
  const { bin } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  mkdirSync(join(modules, '.bin'));
  for (const [program, path] of Object.entries(bin)) {
    chmodSync(join(modules, name, path), 0o755);
    symlinkSync(join('..', name, path), join(modules, '.bin', program));
  }
}

/** Each command of the guide with the output that stands behind it. */
const commands = [...guide.matchAll(/^```sh\n(?<line>[^\n]+)\n```\n\n```text\n(?<output>.*?)^```$/gms)].map(
  ({ groups }) => [groups?.['line'] ?? '', groups?.['output'] ?? ''] as const,
);

/** What follows the program's name, from its own call or from that of the npm script. */
function argumentsOf(line: string): readonly string[] {
  return line
    .replace(/^npx neo4j-autoscale |^npm run autoscale:(\w+) --/, '$1 ')
    .split(' ')
    .filter(Boolean);
}

/** What forecasts decide changes with the models: there the words are compared and not the figures. */
function shapeOf(line: string): string {
  return line
    .replace(/\b(better|worse|no difference|did not hold up|held up)\b.*/, '')
    .replace(/[-+]?\d[\d,.]*/g, '#')
    .replace(/ +/g, ' ');
}

/** The lines from the first on; `...` stands for any others. */
function followsIn(wanted: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return printed.length === 0;
  if (first === '...')
    return printed.some((_, at) => followsIn(rest, printed.slice(at))) || followsIn(rest, []);
  return printed[0] === first && followsIn(rest, printed.slice(1));
}

describe('the guide', () => {
  it.each(commands)('%s', (line, output) => {
    const { stdout, status } = spawnSync(join(dir, 'node_modules/.bin/neo4j-autoscale'), argumentsOf(line), {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` },
    });
    expect(status).toBe(0);
    const read = /replay|tune|compare/.test(line) ? shapeOf : (text: string) => text;
    const printed = stdout.trimEnd().split('\n').map(read);
    const wanted = output.trimEnd().split('\n').map(read);
    if (!followsIn(wanted, printed)) expect(printed).toEqual(wanted);
  });

  it('has all commands run', () => {
    expect(commands.map(([line]) => argumentsOf(line)[0])).toEqual([
      'decide',
      'replay',
      'tune',
      'compare',
      'vectors',
    ]);
    expect(guide.match(/^```sh$/gm)).toHaveLength(commands.length);
  });

  it('leaves a picture of the replay', () => {
    expect(readFileSync(join(dir, 'replay.svg'), 'utf8')).toMatch(/^<svg /);
  });
});

it('is found by npx', () => {
  const help = execFileSync('npx', ['--offline', 'neo4j-autoscale', '--help'], {
    cwd: dir,
    encoding: 'utf8',
  });
  expect(help).toMatch(/^neo4j-autoscale .*COMMAND/);
});

it('decides in a program of ten lines from a JSON file', () => {
  const program = readFileSync(join(example, 'decide.ts'), 'utf8');
  expect(program.trim().split('\n').length).toBeLessThanOrEqual(11); // with a line that says what it is
  writeFileSync(join(dir, 'decide.ts'), program);
  const said = execFileSync(process.execPath, ['decide.ts', join(example, 'observation.json')], {
    cwd: dir,
    encoding: 'utf8',
  });
  expect(said).toMatch(/^Add one secondary \(3 to 4\): throughput is at 483 per second and server/);
});
