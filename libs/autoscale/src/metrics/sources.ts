// Where the samples of a metric come from.
import type { PoolObservation, SampleSource } from '../observation.ts';
import { sampleOf } from './sample.ts';

/** The sources that the samples of a metric name, of the pool and of its servers, each once, by name. */
export function sourcesOf({ samples, servers }: PoolObservation, metric: string): readonly SampleSource[] {
  const all = [sampleOf(samples, metric), ...servers.map((server) => sampleOf(server.samples, metric))];
  const named = all.flatMap((sample) => (sample?.source === undefined ? [] : [sample.source]));
  return [...new Set(named)].sort();
}
