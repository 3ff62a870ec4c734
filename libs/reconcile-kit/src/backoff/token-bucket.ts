/** A bucket of permits that fills up again with time. */
export interface TokenBucketOptions {
  /** Permits in a full bucket. */
  readonly burst: number;
  /** Milliseconds until one permit more is there. */
  readonly refillMs: number;
}

/** What a bucket held at a time. A bucket that nobody has taken from is full and needs no state. */
export interface TokenBucket {
  readonly tokens: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** Takes a permit: the bucket after it, or undefined when there was none. `nowMs` is monotonic time. */
export function takeToken(
  options: TokenBucketOptions,
  bucket: TokenBucket | undefined,
  nowMs: number,
): TokenBucket | undefined {
  const tokens =
    bucket === undefined
      ? options.burst
      : Math.min(options.burst, bucket.tokens + (nowMs - bucket.at) / options.refillMs);
  return tokens < 1 ? undefined : { tokens: tokens - 1, at: nowMs };
}
