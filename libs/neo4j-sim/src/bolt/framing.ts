const largestChunk = 0xffff;
const headerLength = 2;

/** One message as chunks of at most 64 KiB and the empty chunk that ends it. */
export function frame(message: Buffer): Buffer {
  const chunks = Math.ceil(message.length / largestChunk);
  const framed = Buffer.allocUnsafe(message.length + headerLength * (chunks + 1));
  let at = 0;
  for (let from = 0; from < message.length; from += largestChunk) {
    const length = Math.min(largestChunk, message.length - from);
    at = framed.writeUInt16BE(length, at);
    at += message.copy(framed, at, from, from + length);
  }
  framed.writeUInt16BE(0, at);
  return framed;
}

/** Puts messages together again, wherever the stream was cut. */
export class FrameReader {
  /** What has come of the next chunk. */
  #pending: Buffer = Buffer.alloc(0);
  /** What has come of the next message. */
  #chunks: Buffer[] = [];

  /** The messages that these bytes complete. An empty chunk between messages only keeps the connection alive. */
  push(bytes: Buffer): readonly Buffer[] {
    const messages: Buffer[] = [];
    const all = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    let at = 0;
    while (all.length - at >= headerLength) {
      const length = all.readUInt16BE(at);
      const end = at + headerLength + length;
      if (end > all.length) break;
      if (length > 0) {
        this.#chunks.push(all.subarray(at + headerLength, end));
      } else if (this.#chunks.length > 0) {
        messages.push(Buffer.concat(this.#chunks));
        this.#chunks = [];
      }
      at = end;
    }
    this.#pending = all.subarray(at);
    return messages;
  }
}
