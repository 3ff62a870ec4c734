import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import { podObject, Scene } from './scene.spec-helper.ts';

const ns = 'default';

describeOnControlPlanes('kubectl logs', (start) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(start);
    await scene.apply(
      ns,
      podObject('talker', { container: { args: ['say', 'one', 'two', 'three'] } }),
      podObject('crasher', { container: { args: ['exit', '3'] } }),
      podObject('imageless', { container: { image: 'nowhere/at-all' } }),
      podObject('follow', {}),
    );
    await Promise.all([scene.ready(ns, 'talker'), scene.ready(ns, 'follow')]);
  });
  afterAll(() => scene.close());

  const logs = (...args: readonly string[]): Promise<string> => scene.kubectl('logs', ...args);

  it('shows what a container has written', async () => {
    expect(await logs('talker')).toBe('run 0 of main\none\ntwo\nthree\n');
    expect(scene.nodes.logs({ namespace: ns, name: 'talker' }, 'main')).toBe(
      'run 0 of main\none\ntwo\nthree\n',
    );
  });

  it('shows the last lines, the young ones, the first bytes', async () => {
    expect(await logs('talker', '--tail=2')).toBe('two\nthree\n');
    expect(await logs('talker', '--tail=0')).toBe('');
    expect(await logs('talker', '--since=1h')).toContain('one\n');
    expect(await logs('talker', '--since-time=2200-01-01T00:00:00Z')).toBe('');
    expect(await logs('talker', '--limit-bytes=5')).toBe('run 0');
  });

  it('shows the time of each line', async () => {
    expect(await logs('talker', '--timestamps', '--tail=1')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z three\n$/,
    );
  });

  it('shows the run before, and refuses if there is none', async () => {
    await eventually(async () => {
      expect(await logs('crasher', '--previous')).toMatch(/^run [1-9] of main\n$/);
    });
    await expect(logs('talker', '--previous')).rejects.toThrow(
      'previous terminated container "main" in pod "talker" not found',
    );
  });

  it('says what a container waits for', async () => {
    await expect(logs('imageless')).rejects.toThrow(
      /container "main" in pod "imageless" is waiting to start: (image can't be pulled|trying and failing to pull image)/,
    );
  });

  it('follows a container until it ends', async () => {
    const { audit } = scene.controlPlane;
    const since = audit.position();
    const followed = logs('follow', '-f');
    await eventually(() => {
      const asked = audit.entries({ since }).map(({ resource }) => resource);
      expect(asked).toContainEqual(expect.objectContaining({ name: 'follow', subresource: 'log' }));
    });
    await scene.kubectl('delete', 'pod', 'follow', '--wait=false');
    expect(await followed).toBe('run 0 of main\ngot SIGTERM\n');
  });
});
