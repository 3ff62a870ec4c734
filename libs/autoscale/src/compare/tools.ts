import { findSeasons } from '../forecast/seasons.ts';
import { forecaster } from '../predict/forecaster.ts';
import { replay } from '../replay/replay.ts';
import type { Tools } from './types.ts';

/** This library's own. */
export const libraryTools: Tools = { replay, findSeasons, forecaster };
