import { KubeError } from '../core/errors.ts';

const lineFeed = 0x0a;

/** etcd refuses objects above 1.5 MiB and the API server requests above 3 MiB; JSON with old and new managed fields stays below this. */
const longestLine = 64 * 1024 * 1024;

/**
 * Splits chunks into lines, without their line feeds. A chunk's lines come together, so that a consumer can treat what arrived
 * together as one batch. Nothing is copied unless a line spans chunks.
 *
 * @throws KubeError `ConnectionLost` when the text ends within a line, `MalformedResponse` when a line is longer than 64 MiB
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Uint8Array[]> {
  let open: Uint8Array[] = [];
  let openBytes = 0;
  for await (const chunk of chunks) {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      const tail = chunk.subarray(from, end);
      const line = open.length === 0 ? tail : Buffer.concat([...open, tail]);
      open = [];
      openBytes = 0;
      from = end + 1;
      if (line.length > 0) lines.push(line);
    }
    if (from < chunk.length) {
      open.push(chunk.subarray(from));
      openBytes += chunk.length - from;
      if (openBytes > longestLine) {
        throw new KubeError('The API server sent a line of more than 64 MiB', {
          reason: 'MalformedResponse',
        });
      }
    }
    if (lines.length > 0) yield lines;
  }
  if (openBytes > 0) {
    throw new KubeError('The answer broke off in the middle of a line', { reason: 'ConnectionLost' });
  }
}
