import type { Listener, ListenOptions } from '../bolt/listener.ts';
import { renderMetrics, type SimLoad } from './metrics.ts';
import type { HttpReply } from './responses.ts';
import { listen, pathOf } from './server.ts';
import type { HttpView } from './view.ts';

/** One running server as Prometheus sees it; read at each scrape. */
export interface MetricsView extends Pick<HttpView, 'version' | 'onStop'> {
  readonly load: SimLoad;
  /** `server.metrics.prefix`; `neo4j` if absent. */
  readonly metricsPrefix?: string;
}

/**
 * Opens the Prometheus endpoint of a simulated server, which asks nobody who he is.
 *
 * @throws what Node gives for a port that cannot be opened
 */
export function listenMetrics(view: MetricsView, options: Omit<ListenOptions, 'tls'>): Promise<Listener> {
  return listen(options, view, (request): HttpReply => {
    if (pathOf(request) !== '/metrics') {
      return { status: 404, contentType: 'text/plain', headers: {}, body: '' };
    }
    const body = renderMetrics(view.load, view.version, view.metricsPrefix);
    return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', headers: {}, body };
  });
}
