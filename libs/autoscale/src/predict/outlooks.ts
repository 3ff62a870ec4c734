// What models say of the series as they are now. A bucket closes every five minutes only, and evaluations are more frequent.
import type { Outlook } from '../forecast/types.ts';
import type { DemandSeries, PoolHistory } from '../history/types.ts';
import type { Forecaster } from './forecaster.ts';

/** Asks each useful model for its outlook, unless it has said what it says of this series. */
export function refreshOutlooks(history: PoolHistory, forecaster: Forecaster): PoolHistory {
  return { ...history, demand: history.demand.map((entry) => withOutlook(entry, forecaster)) };
}

/** The outlook of the entry's fit on its series, if that was asked for. */
export function outlookOf({ fit, series, outlook }: DemandSeries): Outlook | undefined {
  return outlook !== undefined && outlook.fit === fit && outlook.series === series ? outlook.said : undefined;
}

function withOutlook(entry: DemandSeries, { outlook }: Forecaster): DemandSeries {
  const { fit, series } = entry;
  if (fit?.useful !== true || outlookOf(entry) !== undefined) return entry;
  return { ...entry, outlook: { fit, series, said: outlook(fit, series) } };
}
