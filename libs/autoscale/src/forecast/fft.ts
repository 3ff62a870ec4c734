// Autocorrelation by the Fourier transform, for looking at all lags at once.

/**
 * Autocorrelation at lags 0 to half the length, biased (divided by the whole length), 1 at lag 0; zeros for a constant series.
 * Values that are not there are given as 0 after the mean was taken off.
 */
export function autocorrelation(centred: Float64Array): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * centred.length)));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  real.set(centred);
  transform(real, imaginary);
  for (let index = 0; index < size; index++) {
    real[index] = (real[index] ?? 0) ** 2 + (imaginary[index] ?? 0) ** 2;
    imaginary[index] = 0;
  }
  // A power spectrum is symmetric, so that the forward transform inverts it up to a factor.
  transform(real, imaginary);
  const energy = real[0] ?? 0;
  const lags = Math.floor(centred.length / 2) + 1;
  return Float64Array.from({ length: lags }, (_, lag) => (energy > 0 ? (real[lag] ?? 0) / energy : 0));
}

/** Cooley-Tukey, radix 2, in place; the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let index = 1, reversed = 0; index < size; index++) {
    let bit = size >> 1;
    for (; (reversed & bit) !== 0; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index < reversed) {
      swap(real, index, reversed);
      swap(imaginary, index, reversed);
    }
  }
  for (let span = 2; span <= size; span *= 2) {
    const half = span / 2;
    const angle = (-2 * Math.PI) / span;
    for (let k = 0; k < half; k++) {
      const cosine = Math.cos(angle * k);
      const sine = Math.sin(angle * k);
      for (let even = k; even < size; even += span) {
        const odd = even + half;
        const re = (real[odd] ?? 0) * cosine - (imaginary[odd] ?? 0) * sine;
        const im = (real[odd] ?? 0) * sine + (imaginary[odd] ?? 0) * cosine;
        real[odd] = (real[even] ?? 0) - re;
        imaginary[odd] = (imaginary[even] ?? 0) - im;
        real[even] = (real[even] ?? 0) + re;
        imaginary[even] = (imaginary[even] ?? 0) + im;
      }
    }
  }
}

function swap(array: Float64Array, one: number, other: number): void {
  const kept = array[one] ?? 0;
  array[one] = array[other] ?? 0;
  array[other] = kept;
}
