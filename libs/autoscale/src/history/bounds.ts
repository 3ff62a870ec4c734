// How much is remembered at most. With ten metrics and three demand series a pool takes about 130 KB when encoded.

const minute = 60_000;
const hour = 60 * minute;

/** Milliseconds in a bucket of a demand series. */
export const demandStep = 5 * minute;
/** Buckets in a demand series: 28 days. */
export const maxBuckets = 8064;
export const maxDemandSeries = 3;

/** Of two rows that begin in the same slot only the newer one is kept. */
export const rawSlot = 15_000;
export const rawSpan = 3 * hour;
export const maxRawRows = rawSpan / rawSlot;
export const maxRawColumns = 32;

/** The longest stabilisation window (autoscaling/v2: 3600 s). */
export const recommendationSpan = hour;
export const maxRecommendations = 1024;
/** The longest period of a rate policy (autoscaling/v2: 1800 s). */
export const eventSpan = 30 * minute;
export const maxEvents = 512;

export const maxJoins = 20;
export const longestJoin = 24 * hour;

/** In bytes of UTF-8. */
export const longestName = 1024;

/** Whether it can be remembered as a name. */
export function isName(name: string): boolean {
  return (
    name.length <= longestName && name.isWellFormed() && new TextEncoder().encode(name).length <= longestName
  );
}

/** Replicas are 32-bit integers in Kubernetes. */
export const maxReplicaCount = 2 ** 31 - 1;

/** The last moment that a Date can say. */
export const lastMoment = 8.64e15;

/** Whole milliseconds, a fraction being cut off; undefined if it is no moment since 1970. */
export function moment(time: number): number | undefined {
  return time >= 0 && time <= lastMoment ? Math.floor(Math.abs(time)) : undefined;
}

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;

/** Whether it is a number that a 32-bit float can hold. */
export function isKnown(value: number): boolean {
  return Math.abs(value) <= largestFloat32;
}
