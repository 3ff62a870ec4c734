import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { libraries, productionConstraints, specConstraints, testKits } from '../../tools/lint/boundaries.mjs';

interface ProjectJson {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly targets?: { readonly test?: { readonly cache?: boolean; readonly inputs?: readonly string[] } };
}

const root = join(import.meta.dirname, '../..');

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

describe.each(
  globSync('libs/*/package.json', { cwd: root }).map((path) => [basename(dirname(path)), path] as const),
)('the library %s', (name, path) => {
  const manifest = read(path) as {
    readonly name: string;
    readonly nx: ProjectJson;
    readonly files: readonly string[];
  };

  it('is named after its folder and tagged, and the table of boundaries has a row for it', () => {
    expect(manifest.name).toBe(`@neo4j-operator/${name}`);
    expect(manifest.nx).toMatchObject({ name, tags: ['type:lib', `lib:${name}`] });
    expect(Object.keys(libraries)).toContain(name);
  });

  it('publishes its build, its data, its README with the pictures in it, and nothing else', () => {
    const data = ['images', 'schemas'].filter((folder) => existsSync(join(root, `libs/${name}`, folder)));
    expect(manifest.files).toEqual(['dist', ...data, 'README.md']);
  });
});

it.each(globSync('{libs,apps}/*/package.json', { cwd: root }))(
  '%s has its tests run again when a page changes that they read',
  (path) => {
    const specs = globSync(join(dirname(path), 'src/**/*.spec.ts'), { cwd: root });
    const pages = specs.flatMap((spec) =>
      [...readFileSync(join(root, spec), 'utf8').matchAll(/docs\/[a-z-]+\.md/g)].map(([page]) => page),
    );
    const { nx } = read(path) as { readonly nx: ProjectJson };
    expect(nx.targets?.test?.inputs ?? []).toEqual(
      expect.arrayContaining(pages.map((page) => `{workspaceRoot}/${page}`)),
    );
  },
);

describe.each(globSync('test/*/project.json', { cwd: root }))('%s', (path) => {
  it('tests afresh each time: what it depends on lies outside of its folder', () => {
    expect((read(path) as ProjectJson).targets?.test?.cache).toBe(false);
  });

  it('names the project as its Jest configuration does', () => {
    const config = join(dirname(path), 'jest.config.mjs');
    expect(existsSync(join(root, config))).toBe(true);
    expect(readFileSync(join(root, config), 'utf8')).toContain(
      `jestProject('${(read(path) as ProjectJson).name}'`,
    );
  });
});

describe('the table of boundaries', () => {
  const importsOf = (constraints: typeof productionConstraints, tag: string): readonly string[] | undefined =>
    constraints.find(({ sourceTag }) => sourceTag === tag)?.onlyDependOnLibsWithTags;

  it('lets clock import nothing and everything else import clock', () => {
    for (const name of Object.keys(libraries)) {
      const imports = importsOf(productionConstraints, `lib:${name}`);
      if (name === 'clock') expect(imports).toEqual([]);
      else expect(imports).toContain('lib:clock');
    }
  });

  it('keeps test kits out of production code and hollow-node out of specs', () => {
    for (const { onlyDependOnLibsWithTags } of productionConstraints) {
      for (const kit of testKits) expect(onlyDependOnLibsWithTags).not.toContain(`lib:${kit}`);
    }
    for (const { onlyDependOnLibsWithTags } of specConstraints) {
      expect(onlyDependOnLibsWithTags).toEqual(expect.arrayContaining(['lib:kube-sim', 'lib:neo4j-sim']));
      expect(onlyDependOnLibsWithTags).not.toContain('lib:hollow-node');
    }
  });

  it('keeps domain libraries apart', () => {
    const domains = ['backup', 'cluster', 'database', 'plugins', 'security'];
    for (const name of domains) {
      expect(libraries[name]?.filter((imported) => domains.includes(imported))).toEqual([]);
    }
  });
});
