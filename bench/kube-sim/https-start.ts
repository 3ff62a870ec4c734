// Starts a control plane behind its HTTPS server and asks whether it is ready; prints the milliseconds.
import { request } from 'node:https';
import { systemClock, systemRng } from '@neo4j-operator/clock';
import { createKubeSim, listen } from '@neo4j-operator/kube-sim';

const start = systemClock.monotonic();
const sim = createKubeSim({ clock: systemClock, rng: systemRng });
const server = await listen(sim);
const { token } = server.tokenUser('admin', ['system:masters']).identity;
const status = await new Promise<number | undefined>((resolve, reject) => {
  const { server: url, ca } = server.address;
  const headers = { authorization: `Bearer ${token}` };
  request(`${url}/readyz`, { ca, headers, agent: false }, (answer) => {
    answer.resume().once('end', () => {
      resolve(answer.statusCode);
    });
  })
    .once('error', reject)
    .end();
});
const elapsedMs = systemClock.monotonic() - start;
if (status !== 200) throw new Error(`/readyz was answered ${status ?? 'nothing'}`);
console.log(`result ${elapsedMs}`);
await server.close();
await sim.close();
