import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { describeIfThere, describeWithControlPlane } from '../../controlplane/src/describe.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import { buildGoPrograms, GoProgram, needsGo } from './go-program.spec-helper.ts';
import { report, reportDefinition } from './kubectl/script/objects.ts';
import { openPair, type Pair } from './pair.spec-helper.ts';

const core = '/api/v1/namespaces/default';
const reports = '/apis/clients.example.com/v1/namespaces/default/reports';
const lease = '/apis/coordination.k8s.io/v1/namespaces/default/leases/election';
// The first build compiles all of client-go.
const buildDeadlineMs = 900_000;

describeWithControlPlane('Clients in Go', () => {
  describeIfThere('see the same on both control planes', needsGo, () => {
    let file: string;
    let pair: Pair;
    const running: GoProgram[] = [];
    beforeAll(async () => {
      file = await buildGoPrograms();
      pair = await openPair();
      await pair.onBoth(async (controlPlane) => {
        await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(reportDefinition) });
        await controlPlane.kubectl([
          'wait',
          `crd/${reportDefinition.metadata.name}`,
          '--for=condition=Established',
        ]);
      });
    }, buildDeadlineMs);
    afterEach(() => {
      for (const program of running.splice(0)) program.kill('SIGKILL');
    });
    afterAll(() => pair.close());

    function start(
      controlPlane: ControlPlane,
      args: readonly string[],
      answer?: () => Promise<void>,
    ): GoProgram {
      const program = new GoProgram(file, controlPlane, args, answer);
      running.push(program);
      return program;
    }

    it.each(['application/json', 'application/vnd.kubernetes.protobuf'])(
      'with a typed client that speaks %s',
      async (mediaType) => {
        const { real, simulated } = await pair.onBoth(
          (controlPlane) => start(controlPlane, ['typed', mediaType]).ended,
        );
        expect(real).toContain(
          'update after 2 attempts: typed {"binaryData":{"b":"AP8="},"data":{"a":"3"},"kind":"","labels":{"by":"typed"}}',
        );
        expect(simulated).toEqual(real);
      },
    );

    it('with shared informers, through a restart of the server', async () => {
      const { real, simulated } = await pair.onBoth(
        (controlPlane) => start(controlPlane, ['informers'], () => controlPlane.restartApiServer()).ended,
      );
      expect(real.filter((line) => line.startsWith('added ConfigMap second'))).toHaveLength(2);
      expect(simulated).toEqual(real);
    });

    it('with leader election: by release, and after a crash', async () => {
      const { real, simulated } = await pair.onBoth(async (controlPlane) => {
        const first = start(controlPlane, ['election', 'first']);
        await first.said('first leads');
        const second = start(controlPlane, ['election', 'second']);
        await second.said('second follows first');
        first.kill('SIGTERM');
        await second.said('second leads');
        const third = start(controlPlane, ['election', 'third']);
        await third.said('third follows second');
        second.kill('SIGKILL');
        await third.said('third leads');
        const { spec } = (await controlPlane.callOk({ method: 'GET', path: lease })) as {
          readonly spec: Readonly<Record<string, unknown>>;
        };
        return {
          lines: [first, second, third].map(({ lines }) => lines),
          lease: { ...spec, acquireTime: undefined, renewTime: undefined },
        };
      });
      expect(real.lease).toMatchObject({ holderIdentity: 'third', leaseDurationSeconds: 3 });
      expect(simulated).toEqual(real);
    });

    it('with a manager of controller-runtime', async () => {
      const { real, simulated } = await pair.onBoth(async (controlPlane) => {
        const manager = start(controlPlane, ['manager']);
        const copy = `${core}/configmaps/paper`;
        await controlPlane.callOk({
          method: 'POST',
          path: reports,
          body: report('paper', { author: 'ada' }),
        });
        await manager.said('paper created for ada');
        await controlPlane.callOk({ method: 'PATCH', path: copy, body: { data: { author: 'eve' } } });
        await manager.said('paper updated for ada');
        await controlPlane.callOk({
          method: 'PATCH',
          path: `${reports}/paper`,
          body: { spec: { author: 'bob' } },
        });
        await manager.said('paper updated for bob');
        const { status } = await eventually(async () => {
          const found = (await controlPlane.callOk({ method: 'GET', path: `${reports}/paper` })) as {
            readonly metadata: { readonly generation: number };
            readonly status: { readonly copies: number };
          };
          if (found.status.copies !== found.metadata.generation) throw new Error('The status is old.');
          return found;
        });
        await controlPlane.callOk({ method: 'DELETE', path: `${reports}/paper` });
        await manager.said('paper lets go');
        await eventually(async () => {
          expect((await controlPlane.call({ method: 'GET', path: copy })).status).toBe(404);
        });
        manager.kill('SIGTERM');
        return { lines: await manager.ended, status };
      });
      expect(simulated).toEqual(real);
    });
  });
});
