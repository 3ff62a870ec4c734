import type { KubeRequest, KubeResponse, KubeStream, KubeTransport } from '@neo4j-operator/reconcile-kit';
import { type Life, silence } from './life.ts';
import type { Ledger } from './ledger.ts';

/** The way of one process to the API server. When its life ends its connections break, and it is told of nothing any more. */
export function mortalTransport(
  inner: KubeTransport,
  { ledger, life, run }: { readonly ledger: Ledger; readonly life: Life; readonly run: number },
): KubeTransport {
  life.onEnd(() => void inner.close());

  async function write(request: KubeRequest): Promise<KubeResponse> {
    const { body = '', method, path } = request;
    const answer = await ledger.write(
      run,
      { kind: 'kube', method, path, body },
      () => (life.isOver ? undefined : inner.request(request)),
      ({ status }) => (status >= 500 ? 'unknown' : status < 300 ? 'taken' : 'none'),
    );
    return answer ?? silence();
  }

  return {
    request: async (request) => {
      if (life.isOver) return silence();
      return life.hears(changes(request) ? write(request) : inner.request(request));
    },
    stream: async (request) => {
      if (life.isOver) return silence();
      return mortalStream(await life.hears(inner.stream(request)), life);
    },
    close: () => (life.isOver ? silence() : inner.close()),
  };
}

/** Whether a request would change something. Reviews are stored nowhere, and a dry run neither. */
function changes({ method, path, query }: KubeRequest): boolean {
  if (method === 'GET' || query?.['dryRun'] !== undefined) return false;
  return !/\/(?:subject|selfsubject|localsubject|token)\w*reviews$/.test(path);
}

function mortalStream(inner: KubeStream, life: Life): KubeStream {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const iterator = inner.chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await life.hears(iterator.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      inner.close();
    }
  }
  return {
    status: inner.status,
    headers: inner.headers,
    chunks: chunks(),
    close: () => {
      inner.close();
    },
  };
}
