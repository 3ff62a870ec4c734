import { Counter, type Registry } from 'prom-client';
import { scrapedGauge } from './prometheus-families.ts';

/**
 * What a process says of itself, read when it is scraped. prom-client's own default metrics watch the garbage collector and the event
 * loop all the time, which costs more than it tells here.
 */
export function registerProcessMetrics(registry: Registry): void {
  let counted = 0;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time used, user and system',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      const total = (user + system) / 1e6;
      this.inc(total - counted);
      counted = total;
    },
  });
  scrapedGauge(registry, 'process_resident_memory_bytes', 'Resident memory', [], () => [
    [[], process.memoryUsage.rss()],
  ]);
  scrapedGauge(registry, 'nodejs_heap_size_total_bytes', 'Size of the JavaScript heap', [], () => [
    [[], process.memoryUsage().heapTotal],
  ]);
  scrapedGauge(registry, 'nodejs_heap_size_used_bytes', 'Used part of the JavaScript heap', [], () => [
    [[], process.memoryUsage().heapUsed],
  ]);
}
