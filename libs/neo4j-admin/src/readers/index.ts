export * from './databases.ts';
export * from './dbms.ts';
export * from './safe-to-stop.ts';
export * from './servers.ts';
export * from './status-check.ts';
export * from './users.ts';
