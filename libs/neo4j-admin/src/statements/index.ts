export * from './databases.ts';
export * from './dbms.ts';
export * from './servers.ts';
export * from './users.ts';
export type { Wait } from './wait.ts';
