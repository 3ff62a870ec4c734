import type { IncomingMessage } from 'node:http';
import type { OpenAnswer } from './exchange.ts';
import type { KubeStream } from './transport.ts';

/** Reads an answer's body to its end. */
export async function readBody({ message, fail, release }: OpenAnswer): Promise<Uint8Array> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of message as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  } catch (error) {
    throw fail(error);
  } finally {
    release();
  }
}

/** Gives an answer's body as it arrives. The socket is paused while nobody asks for the next chunk. */
export function streamBody(answer: OpenAnswer, onEnd: () => void): KubeStream {
  const { message } = answer;
  let closed = false;
  const end = (): void => {
    answer.release();
    onEnd();
  };
  message.once('close', end);
  // Without a listener a connection that breaks while nobody reads would end the process.
  message.on('error', () => undefined);
  const isClosed = (): boolean => closed;
  const close = (): void => {
    closed = true;
    message.destroy();
  };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of message as AsyncIterable<Uint8Array>) {
        if (isClosed()) return;
        yield chunk;
        if (isClosed()) return;
      }
    } catch (error) {
      if (!isClosed()) throw answer.fail(error);
    } finally {
      close();
    }
  }
  return { status: message.statusCode ?? 0, headers: headersOf(message), chunks: chunks(), close };
}

/** Header names in lower case; of repeated ones all values. */
export function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
