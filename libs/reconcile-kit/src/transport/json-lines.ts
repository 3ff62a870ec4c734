import { KubeError } from '../core/errors.ts';
import { isSpace } from './json-scan.ts';

const lineFeed = 0x0a;

/** Ten times the 1.5 MiB that etcd takes per object by default, and room for what the API adds. */
const defaultMaxLineBytes = 16 * 1024 * 1024;

/**
 * Splits a stream of JSON documents, one a line as a watch sends them, into its lines.
 *
 * A line that lies within one chunk is a view of it; only one that spans chunks is copied. Blank lines are left out.
 */
export class LineSplitter {
  readonly #request: string;
  readonly #maxLineBytes: number;
  #pieces: Uint8Array[] = [];
  #length = 0;

  /**
   * @param request - what was asked, for messages: `GET /api/v1/pods`
   * @param maxLineBytes - a longer line is an error instead of an ever larger buffer
   */
  constructor(request: string, maxLineBytes = defaultMaxLineBytes) {
    this.#request = request;
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * Takes the next chunk.
   *
   * @returns the lines that it completes, without their line ends
   * @throws KubeError `MalformedResponse` when a line is too long
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, from);
      if (end < 0) break;
      const line = this.#complete(chunk.subarray(from, end));
      if (!isBlank(line)) lines.push(line);
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return lines;
  }

  /**
   * Says that the stream has ended.
   *
   * @throws KubeError `MalformedResponse` when it ended within a line: that event was not received
   */
  end(): void {
    const rest = this.#complete(new Uint8Array());
    if (isBlank(rest)) return;
    throw new KubeError(`${this.#request}: the stream ended in the middle of an event`, {
      reason: 'MalformedResponse',
      request: this.#request,
    });
  }

  #complete(lastPiece: Uint8Array): Uint8Array {
    if (this.#length === 0) {
      this.#checkLength(lastPiece.length);
      return lastPiece;
    }
    this.#keep(lastPiece);
    const line = Buffer.concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  #keep(piece: Uint8Array): void {
    this.#checkLength(this.#length + piece.length);
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #checkLength(length: number): void {
    if (length <= this.#maxLineBytes) return;
    throw new KubeError(
      `${this.#request}: the server sent a line of more than ${String(this.#maxLineBytes)} bytes`,
      { reason: 'MalformedResponse', request: this.#request },
    );
  }
}

function isBlank(line: Uint8Array): boolean {
  return line.every(isSpace);
}
