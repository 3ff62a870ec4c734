import { fitForecast } from '../forecast/fit.ts';
import { findSeasons } from '../forecast/seasons.ts';
import { replay } from '../replay/replay.ts';
import type { Tools } from './types.ts';

/** This library's own. */
export const libraryTools: Tools = { replay, findSeasons, fitForecast };
