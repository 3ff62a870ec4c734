import type { Clock } from '@neo4j-operator/clock';
import { statusError } from '../client/status-error.ts';
import type { KubeRequest, KubeStream, KubeTransport } from '../transport/transport.ts';
import { Watchdog } from './watchdog.ts';

/** An error's Status is small and follows its headers; more than this long without a byte and it will not come. */
const statusSilenceMs = 10_000;

/**
 * Opens a stream whose answer is good.
 *
 * @throws KubeError with the answer's Status when it is not 200
 */
export async function openStream(
  transport: KubeTransport,
  clock: Clock,
  request: KubeRequest,
): Promise<KubeStream> {
  const stream = await transport.stream(request);
  if (stream.status === 200) return stream;
  const chunks: Uint8Array[] = [];
  const dog = new Watchdog(clock, statusSilenceMs, () => {
    stream.close();
  });
  try {
    for await (const chunk of stream.chunks) {
      dog.heard();
      chunks.push(chunk);
    }
  } finally {
    dog.stop();
    stream.close();
  }
  throw statusError(
    { status: stream.status, headers: stream.headers, body: Buffer.concat(chunks) },
    `${request.method} ${request.path}`,
    clock.now(),
  );
}
