import { isChanging } from '../world/statements.ts';
import { targetOf } from './policies.ts';
import type { Watched } from './invariants.ts';

/** How long something that was read counts as known. */
const freshMs = 10_000;
const irreversible = /^\s*(?:CYPHER \d+\s+)?(?:DROP|DEALLOCATE)\b/i;

/** Watches that nothing is deleted on a stale view: neither objects, pods, servers nor databases. */
export function watchDeletes({ report, stage }: Watched): () => void {
  return stage.ledger.onSend((write) => {
    if (write.kind === 'cypher') {
      if (!irreversible.test(write.text)) return;
      const since = stage.clock.now() - freshMs;
      const isRead = stage.world.statements.some(
        ({ atMs, failure, text, user }) =>
          atMs >= since && user === write.user && failure === undefined && !isChanging(text),
      );
      if (!isRead) report('LiveBeforeDelete', `nothing was read before ${write.text}`);
      return;
    }
    const { name, plural, subresource } = targetOf(write.path);
    const isEviction = write.method === 'POST' && subresource === 'eviction';
    if (write.method !== 'DELETE' && !isEviction) return;
    const what = `${plural} ${name ?? '(all)'}`;
    if (name === undefined) {
      report('LiveBeforeDelete', `${what} are deleted together`);
      return;
    }
    if (uidIn(write.body) === undefined) report('LiveBeforeDelete', `${what} is deleted without its uid`);
    const path = isEviction ? write.path.replace(/\/eviction$/, '') : write.path;
    const read = stage
      .requestsOf(stage.operatorUser)
      .findLast(
        (request) => request.path === path && (request.method === 'GET' || request.method === 'DELETE'),
      );
    if (read?.method !== 'GET' || read.query.has('resourceVersion')) {
      report('LiveBeforeDelete', `${what} was not read live before it is deleted`);
    }
  });
}

function uidIn(body: string): string | undefined {
  if (body === '') return undefined;
  const options = JSON.parse(body) as Preconditions & { readonly deleteOptions?: Preconditions };
  return options.preconditions?.uid ?? options.deleteOptions?.preconditions?.uid;
}

interface Preconditions {
  readonly preconditions?: { readonly uid?: string };
}
