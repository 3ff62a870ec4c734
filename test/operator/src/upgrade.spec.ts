// Another version of the operator takes over a cluster that runs: it has other defaults.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type RenderRevision, renderRevision } from '@neo4j-operator/cluster';
import { configMaps } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { describeWrite, type Stage } from '../../stage/src/index.ts';
import {
  changesDuring,
  clusterYaml,
  conditionOf,
  edit,
  graph,
  lives,
  members,
  play,
  settingOn,
  told,
  untilReady,
  untilTold,
} from './behaviour.spec-helper.ts';
import { operator, statefulSets } from './thread.spec-helper.ts';

const live = 'db.logs.query.threshold';
const nextStart = 'dbms.cluster.raft.binding_timeout';
const restart = 'server.logs.gc.enabled';

/** One default of each class is another. */
const successor: RenderRevision = {
  settings: { ...renderRevision.settings, [live]: '3s', [nextStart]: '2h', [restart]: 'true' },
};

const small = { topology: { primaries: 3, secondaries: 1 } };

/** The configuration that a server starts with next. */
function confOf(stage: Stage, server: string): string {
  const set = stage.get(statefulSets, graph.namespace, server) as
    (Stored & { readonly spec?: { readonly template: { readonly spec: Volumes } } }) | undefined;
  const map = set?.spec?.template.spec.volumes.find(({ configMap }) => configMap !== undefined)?.configMap;
  return stage.get(configMaps, graph.namespace, map?.name ?? '')?.data?.['neo4j.conf'] ?? '';
}

interface Volumes {
  readonly volumes: readonly { readonly configMap?: { readonly name: string } }[];
}

async function replaceOperator(stage: Stage, revision?: RenderRevision): Promise<void> {
  await stage.stopOperator();
  stage.startOperator(operator(revision));
  await stage.advance(60_000);
}

describe('A successor with other defaults', () => {
  it('restarts nothing, tells what waits for a restart, and can be taken back', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      const before = lives(stage);
      const confs = ['graph-1', 'graph-4'].map((server) => confOf(stage, server));

      await replaceOperator(stage, successor);
      expect(told(stage, 'RestartPending')).toBe('True OperatorUpgrade');
      expect(conditionOf(stage, 'RestartPending')?.message).toMatch(
        `graph-1, graph-2, graph-3, graph-4: ${restart}. `,
      );
      expect(told(stage, 'RestartRequired')).toBe('False NoRestartNeeded');
      expect(told(stage, 'Ready')).toBe('True Available');
      expect(lives(stage)).toEqual(before);
      expect(await settingOn(stage, live)).toEqual(['3s', '3s', '3s', '3s']);
      expect(await settingOn(stage, restart)).toEqual(['false', 'false', 'false', 'false']);
      expect(confOf(stage, 'graph-1')).toContain(`${live}=3s`);
      expect(confOf(stage, 'graph-1')).toContain(`${nextStart}=2h`);
      expect(confOf(stage, 'graph-1')).toContain(`${restart}=false`);
      expect(await changesDuring(stage)).toEqual([]);

      await replaceOperator(stage);
      expect(told(stage, 'RestartPending')).toBe('False NoRestartNeeded');
      expect(lives(stage)).toEqual(before);
      expect(await settingOn(stage, live)).toEqual(['5s', '5s', '5s', '5s']);
      expect(['graph-1', 'graph-4'].map((server) => confOf(stage, server))).toEqual(confs);
      expect(await changesDuring(stage)).toEqual([]);
    });
  });

  it('gives new servers all of its defaults, and tells those of the user apart', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      const before = lives(stage);
      await replaceOperator(stage, successor);
      await edit(stage, {
        topology: { primaries: 4 },
        env: [{ name: 'TZ', value: 'UTC' }],
      });
      await untilReady(stage);
      expect(members(stage)).toHaveLength(5);
      expect(confOf(stage, 'graph-5')).toContain(`${restart}=true`);
      expect(lives(stage)).toMatchObject(before);
      const required = await untilTold(stage, 'RestartRequired', 'True SpecChanged');
      expect(required).toMatch('graph-1, graph-2, graph-3, graph-4: spec.env. ');
      expect(conditionOf(stage, 'RestartPending')?.message).toMatch(
        `graph-1, graph-2, graph-3, graph-4: ${restart}. `,
      );
    });
  });

  it('that has the same defaults changes nothing at all', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      await stage.advance(60_000);
      await stage.stopOperator();
      const before = stage.ledger.writes.length;
      stage.startOperator(operator({ settings: { ...renderRevision.settings } }));
      await stage.advance(60_000);
      expect(stage.ledger.writes.slice(before).map(describeWrite)).toEqual([]);
    });
  });

  it('is built from the same sources with another file of defaults', () => {
    const folder = mkdtempSync(join(tmpdir(), 'successor-'));
    try {
      const revision = join(folder, 'revision.ts');
      writeFileSync(revision, `export const renderRevision = ${JSON.stringify(successor)};\n`);
      const build = join(import.meta.dirname, '../../../apps/operator/build.mjs');
      execFileSync(process.execPath, [build], {
        env: { ...process.env, REVISION: revision, OUT: join(folder, 'dist') },
      });
      const bundle = join(folder, 'dist/operator.mjs');
      expect(readFileSync(bundle, 'utf8')).toContain('2h');
      expect(execFileSync(process.execPath, [bundle, '--help'], { encoding: 'utf8' })).toContain(
        '--namespace',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
