export { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.ts';
export { type Indexer, IndexedStore } from './indexed-store.ts';
