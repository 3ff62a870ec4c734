// Textbook queues: how long a request takes from the load that its servers carry. Times share one unit, rates are per that unit.

/**
 * The share of requests that must wait where `servers` share one queue: Erlang's C formula.
 *
 * Source: A. K. Erlang, 1917; computed by way of Erlang B, whose recursion neither overflows nor cancels (Gross et al., Fundamentals of
 * Queueing Theory, section on M/M/c).
 *
 * @param servers a whole number, at least 1.
 * @param offered the work that arrives, in servers kept busy: arrival rate times service time.
 * @returns from 0 to 1; 1 where the load is more than the servers can take, and where an argument is not a usable number.
 */
export function erlangC(servers: number, offered: number): number {
  if (!(servers >= 1) || !(offered >= 0) || offered >= servers) return 1;
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1)
    blocked = (offered * blocked) / (count + offered * blocked);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** Requests and the servers that take them. */
export interface Queue {
  /** A whole number, at least 1. */
  readonly servers: number;
  readonly arrivalRate: number;
  /** Mean time that one request needs when it is alone. */
  readonly serviceTime: number;
}

/**
 * Mean response time of `servers` that take requests one at a time from a common queue, M/M/c: waiting by Erlang C, and service.
 *
 * @returns Infinity where the load is more than the servers can take, and where an argument is not a usable number.
 */
export function responseTimeSharedQueue({ servers, arrivalRate, serviceTime }: Queue): number {
  const offered = arrivalRate * serviceTime;
  if (!(servers >= 1) || !(serviceTime >= 0) || !(arrivalRate >= 0) || !(offered < servers)) return Infinity;
  return serviceTime + (erlangC(servers, offered) * serviceTime) / (servers - offered);
}

/**
 * Mean response time of a server that works on all its requests at the same time and shares itself between them, M/G/1-PS:
 * service time / (1 - utilisation), whatever the distribution of the service times.
 *
 * Source: L. Kleinrock, Queueing Systems volume II, section 4.4; Sakata, Noguchi and Oizumi, 1971.
 *
 * @param utilization of the server, as a fraction.
 * @returns Infinity from a utilisation of 1 on, and where an argument is not a usable number.
 */
export function responseTimeProcessorSharing(serviceTime: number, utilization: number): number {
  if (!(serviceTime >= 0) || !(utilization >= 0) || !(utilization < 1)) return Infinity;
  return serviceTime / (1 - utilization);
}

/**
 * The fewest servers with a common queue whose mean response time is at most `target`; undefined if no number of servers is enough, because
 * one request alone takes longer.
 *
 * @param limit the most servers to try.
 */
export function serversForResponseTime(
  load: Omit<Queue, 'servers'>,
  target: number,
  limit: number,
): number | undefined {
  if (!(load.serviceTime <= target)) return undefined;
  const fewest = Math.max(1, Math.floor(load.arrivalRate * load.serviceTime));
  for (let servers = fewest; servers <= limit; servers += 1) {
    if (responseTimeSharedQueue({ ...load, servers }) <= target) return servers;
  }
  return undefined;
}
