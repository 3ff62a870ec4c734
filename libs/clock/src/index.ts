export { type Clock, type Timer, sleep, untilAborted, withDeadline } from './clock.ts';
export { systemClock } from './system-clock.ts';
export { VirtualClock } from './virtual-clock.ts';
export { type Rng, seededRng, uuid } from './rng.ts';
export { systemRng } from './system-rng.ts';
