import { describe, expect, it } from '@jest/globals';
import type { SimStream, TransportFailure } from '../contract.ts';
import { blackhole, delay, finAfterEvents, reset, status } from '../faults/index.ts';
import { configMap, configMaps, simulated } from '../simulated.spec-helper.ts';

class Lost extends Error {
  readonly reason: TransportFailure;
  readonly request: string;

  constructor(message: string, reason: TransportFailure, request: string) {
    super(message);
    this.reason = reason;
    this.request = request;
  }
}

function connected() {
  const simulation = simulated();
  const transport = simulation.sim.transport({ error: (...all) => new Lost(...all), userAgent: 'test/1' });
  const post = (name: string) =>
    transport.request({ method: 'POST', path: configMaps, body: JSON.stringify(configMap(name)) });
  return { ...simulation, transport, post };
}

async function reasonOf(failing: Promise<unknown>): Promise<unknown> {
  return failing.then(
    () => 'none',
    (error: unknown) => (error instanceof Lost ? error.reason : error),
  );
}

async function read(stream: SimStream, into: string[]): Promise<void> {
  for await (const chunk of stream.chunks) into.push(...Buffer.from(chunk).toString().trim().split('\n'));
}

const text = ({ body }: { readonly body: Uint8Array }): string => Buffer.from(body).toString();

describe('a transport in process', () => {
  it('answers later than it was asked, and in order', async () => {
    const { post, sim } = connected();
    const before = sim.requests.length;
    const answers = [post('a'), post('a')];
    expect(sim.requests).toHaveLength(before);
    const [first, second] = await Promise.all(answers);
    expect([first?.status, second?.status]).toEqual([201, 409]);
    expect(sim.requests.map(({ method, userAgent, status }) => [method, userAgent, status])).toEqual([
      ['POST', 'test/1', 201],
      ['POST', 'test/1', 409],
    ]);
  });

  it('streams the lines of a watch until it is closed', async () => {
    const { transport, post, clock } = connected();
    const stream = await transport.stream({
      method: 'GET',
      path: configMaps,
      query: { watch: 'true', limit: undefined },
    });
    const lines: string[] = [];
    const reading = read(stream, lines);
    await post('a');
    await post('b');
    await clock.yield();
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['ADDED', 'ADDED']);
    stream.close();
    await reading;
    expect(clock.pendingTimers).toBe(0);
  });

  it('fails everything that is under way when it is closed', async () => {
    const { transport, sim } = connected();
    sim.script({ action: blackhole() });
    const waiting = reasonOf(transport.request({ method: 'GET', path: configMaps }));
    const stream = await transport
      .stream({ method: 'GET', path: configMaps, query: { watch: '1' } })
      .catch(() => undefined);
    const reading = stream === undefined ? undefined : reasonOf(read(stream, []));
    await transport.close();
    expect([await waiting, await reading]).toEqual(['Aborted', 'Aborted']);
    expect(await reasonOf(transport.request({ method: 'GET', path: configMaps }))).toBe('Aborted');
  });

  it('keeps deadlines and obeys signals', async () => {
    const { transport, sim, clock } = connected();
    sim.script({ action: delay(5000), times: 2 });
    const late = reasonOf(transport.request({ method: 'GET', path: configMaps, deadlineMs: 1000 }));
    const controller = new AbortController();
    const given = reasonOf(transport.request({ method: 'GET', path: configMaps, signal: controller.signal }));
    await clock.advance(1000);
    controller.abort();
    expect([await late, await given]).toEqual(['DeadlineExceeded', 'Aborted']);
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('sends nothing that is not admitted', async () => {
    const { transport, sim } = connected();
    const admit = (): void => {
      throw new Error('gate is closed');
    };
    const sent = transport.request({ method: 'POST', path: configMaps, body: '{}', admit });
    await expect(sent).rejects.toThrow('gate is closed');
    expect(sim.requests).toEqual([]);
  });

  it('meets the faults that are in force', async () => {
    const { transport, post, sim } = connected();
    sim.script({ method: 'POST', action: reset() });
    expect(await reasonOf(post('a'))).toBe('ConnectionLost');
    expect((await post('a')).status).toBe(201);
    expect(text(await transport.request({ method: 'GET', path: `${configMaps}/a` }))).toContain('"name":"a"');
  });

  it('breaks a stream off when its connection is closed in the middle, after what was sent', async () => {
    const { transport, post, sim } = connected();
    await post('a');
    sim.script({ watch: true, action: finAfterEvents(1) });
    const query = { watch: '1', resourceVersion: '0' };
    const lines: string[] = [];
    const reading = read(await transport.stream({ method: 'GET', path: configMaps, query }), lines);
    expect(await reasonOf(reading)).toBe('ConnectionLost');
    expect(lines).toHaveLength(1);
  });

  it('meets a fault each time, whatever flags the expression for its path has', async () => {
    const { transport, sim } = connected();
    const rule = sim.script({ path: /configmaps$/g, times: Infinity, action: status(500) });
    for (let count = 0; count < 3; count++) await transport.request({ method: 'GET', path: configMaps });
    expect(rule.hits).toBe(3);
  });

  it('allows users what roles allow', async () => {
    const { sim } = simulated();
    const user = { name: 'eve', groups: ['system:authenticated'] };
    const transport = sim.transport({ user });
    const answer = await transport.request({ method: 'GET', path: configMaps });
    expect(answer.status).toBe(403);
    expect(text(answer)).toContain(
      String.raw`configmaps is forbidden: User \"eve\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\"`,
    );
  });
});
