/**
 * `node:http`, without what nobody asked for: importing it as an ES module evaluates all its exports, the lazy WebSocket among them,
 * and with that a second HTTP client of 8 MB.
 */
export const nodeHttp = process.getBuiltinModule('node:http');
