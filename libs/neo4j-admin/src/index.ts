export type * from './connection/bolt-connector.ts';
