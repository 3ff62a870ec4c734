/** Something about this machine that the person at the keyboard has to change; the message says what, in one sentence. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}
