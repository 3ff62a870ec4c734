import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { isLease } from '../../controlplane/src/index.ts';
import { eventually } from './eventually.spec-helper.ts';
import { type Build, builtOperator, OperatorProcess } from './operator.spec-helper.ts';
import { type Holder, Stage } from './stage.spec-helper.ts';

describeOnControlPlanes('The tiny operator, built from packed libraries', (start) => {
  let build: Build;
  let stage: Stage;
  let operator: OperatorProcess;

  beforeAll(async () => {
    build = builtOperator();
    stage = await Stage.open(start, ['operator']);
    operator = OperatorProcess.start(build.program, stage.controlPlane.tokenUser('operator').kubeconfigFile);
    await operator.ready();
  });
  afterAll(async () => {
    await operator.stop();
    build.remove();
    await stage.controlPlane.stop();
  });

  it('makes what a Widget asks for, with the least requests', async () => {
    const since = stage.controlPlane.audit.position();
    await stage.create('default', 'made', 'one');
    const { widget, secret } = await stage.settled('default', 'made', 'one');
    expect(widget.metadata.finalizers).toEqual(['tiny.example.com/secret']);
    expect(widget.status?.conditions.map(({ type, status }) => `${type}=${status}`).sort()).toEqual([
      'Ready=True',
      'Reconciling=False',
      'Stalled=False',
    ]);
    expect(Buffer.from(secret.data?.['token'] ?? '', 'base64')).not.toHaveLength(0);
    const writes = stage.controlPlane.audit.writes('operator', { since }).filter((entry) => !isLease(entry));
    expect(
      writes.map(
        ({ verb, resource, code }) =>
          `${verb} ${resource?.resource ?? ''}/${resource?.subresource ?? ''} ${String(code)}`,
      ),
    ).toEqual([
      'patch widgets/ 200',
      'create secrets/ 201',
      'patch configmaps/ 201',
      'patch widgets/status 200',
    ]);
  });

  it('follows an edit', async () => {
    await stage.create('default', 'edited', 'one');
    const before = await stage.settled('default', 'edited', 'one');
    await stage.edit('default', 'edited', 'two');
    const after = await stage.settled('default', 'edited', 'two');
    expect(after.secret).toEqual(before.secret);
    expect(after.configMap.metadata.uid).toBe(before.configMap.metadata.uid);
  });

  it('repairs drift: an edited and a deleted ConfigMap', async () => {
    await stage.create('default', 'drifted', 'one');
    await stage.settled('default', 'drifted', 'one');
    await stage.controlPlane.kubectl([
      'patch',
      'configmap',
      'drifted',
      '--type=merge',
      '-p',
      '{"data":{"message":"somebody else"}}',
    ]);
    await stage.settled('default', 'drifted', 'one');
    await stage.remove('default', 'configmaps', 'drifted');
    await stage.settled('default', 'drifted', 'one');
  });

  it('deletes the Secret before it lets the Widget go', async () => {
    await stage.create('default', 'deleted', 'one');
    await stage.settled('default', 'deleted', 'one');
    await stage.remove('default', 'widgets', 'deleted');
    await stage.gone('default', 'deleted');
  });

  it('goes on with the others when one Widget cannot be served', async () => {
    await stage.controlPlane.callOk({
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'taken' },
        data: { message: 'mine' },
      },
    });
    await stage.create('default', 'taken', 'one');
    await stage.create('default', 'served', 'one');
    await stage.settled('default', 'served', 'one');
    await eventually(async () => {
      const widget = await stage.find<{
        status?: { conditions: { type: string; status: string; reason: string; message: string }[] };
      }>('default', 'widgets', 'taken');
      const ready = widget?.status?.conditions.find(({ type }) => type === 'Ready');
      expect(ready).toMatchObject({
        status: 'False',
        reason: 'NameTaken',
        message:
          'configmaps default/taken exists and was not made for this object: rename or delete it, then it is made anew',
      });
    });
    expect(await stage.find<Holder>('default', 'configmaps', 'taken')).toMatchObject({
      data: { message: 'mine' },
    });
    expect(operator.isRunning).toBe(true);
    await stage.remove('default', 'widgets', 'taken');
    await stage.gone('default', 'taken');
  });

  it('ends with 0 when it is told to stop', async () => {
    const second = OperatorProcess.start(
      build.program,
      stage.controlPlane.tokenUser('operator').kubeconfigFile,
      '--leader-election=false',
    );
    await second.ready();
    expect(await second.stop('SIGTERM')).toBe(0);
    expect(second.messages('error')).toEqual([]);
  });
});
