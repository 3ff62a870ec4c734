export { type Indexer, IndexedStore } from './indexed-store.ts';
