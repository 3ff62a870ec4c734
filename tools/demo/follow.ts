// Tells how far it is, until everything is Ready or cannot become so.
import { type Clock, sleep, systemClock } from '@neo4j-operator/clock';
import { milestones, obstacle, type Snapshot } from './progress.ts';
import { type Screen, seconds } from './screen.ts';

const lookEveryMs = 100;
/** A stalled object may be one whose other half is applied a moment later. */
const stalledForMs = 3_000;

/** What is followed. */
export interface Followed {
  readonly screen: Screen;
  readonly look: () => Promise<Snapshot>;
  /** Why it cannot go on at all, if that is so: the operator has ended. */
  readonly hasEnded: () => string | undefined;
  /** The last error that the operator has logged. */
  readonly lastError: () => Promise<string | undefined> | string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** Whether everything became Ready. What did not, and why, is on the screen. */
export async function follow({
  clock = systemClock,
  hasEnded,
  lastError,
  look,
  screen,
  signal,
  timeoutMs,
}: Followed): Promise<boolean> {
  const since = clock.monotonic();
  let before = since;
  let reached = 0;
  let stalledSince: number | undefined;
  for (;;) {
    if (signal.aborted) return false;
    const seen = await look();
    const now = clock.monotonic();
    for (let next = milestones[reached]; next?.isReached(seen) === true; next = milestones[++reached]) {
      const label = next.label(seen);
      if (label === undefined) continue;
      screen.say(`  ${seconds(now - since).padStart(7)}  (+${seconds(now - before)})  ${label}`);
      before = now;
    }
    if (reached === milestones.length) return true;
    const held = obstacle(seen);
    stalledSince = held?.isStalled === true ? (stalledSince ?? now) : undefined;
    const isOver = now - since > timeoutMs;
    const ended = hasEnded();
    if (ended !== undefined || isOver || (stalledSince !== undefined && now - stalledSince > stalledForMs)) {
      screen.now('');
      screen.say(
        `Not Ready${isOver ? ` after ${seconds(timeoutMs)}` : ''}: ${held?.name ?? 'nothing that was applied is there'}`,
      );
      if (held !== undefined) screen.say(`  ${held.why}`);
      if (ended !== undefined) screen.say(`  ${ended}`);
      screen.say(`  the operator's last error: ${(await lastError()) ?? 'none'}`);
      return false;
    }
    if (held !== undefined) screen.now(`${held.name}: ${held.why}`);
    if (!(await sleep(clock, lookEveryMs, signal))) return false;
  }
}
