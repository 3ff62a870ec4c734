// Where the axes of a plot have their marks.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TIME_STEPS = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY,
];
const MOST_TIMES = 12;
const MOST_COUNTS = 6;

export interface TimeTick {
  readonly time: number;
  /** `14:00`, or `07-31` where a day begins. */
  readonly label: string;
}

/** Round moments (UTC) from `from` to `until`, at most twelve unless that is many years. */
export function timeTicks(from: number, until: number): readonly TimeTick[] {
  const step = TIME_STEPS.find((one) => (until - from) / one <= MOST_TIMES) ?? TIME_STEPS.at(-1) ?? DAY;
  const ticks: TimeTick[] = [];
  for (let time = Math.ceil(from / step) * step; time <= until; time += step) {
    const text = new Date(time).toISOString();
    ticks.push({ time, label: time % DAY === 0 ? text.slice(5, 10) : text.slice(11, 16) });
  }
  return ticks;
}

/** Whole numbers from 0 to `most`, at distances of 1, 2 or 5 times a power of ten. */
export function wholeTicks(most: number): readonly number[] {
  let step = 1;
  for (let power = 1; most / step > MOST_COUNTS; power *= 10) {
    step = [1, 2, 5].map((digit) => digit * power).find((one) => most / one <= MOST_COUNTS) ?? 10 * power;
  }
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}
