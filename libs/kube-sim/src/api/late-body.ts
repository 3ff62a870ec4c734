/** The body of a late answer that is there as a whole. */
// eslint-disable-next-line @typescript-eslint/require-await -- a body is read asynchronously, whatever it is
export async function* lateBody(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
