// The columns of the built-in kinds.
import type { Column } from '../api/resource.ts';

/** By `plural.group`, or the plural alone for the core group. */
export const builtinColumns: Readonly<Record<string, readonly Column[]>> = {};
