// The result of a replay as a picture.
import { figure } from '../explain/figure.ts';
import { timeTicks, wholeTicks } from './ticks.ts';
import { thinned } from './thin.ts';
import type { ReplayResult, Timeline } from './types.ts';

const WIDTH = 960;
const HEIGHT = 420;
const AREA = { left: 48, right: 920, top: 84, bottom: 376 };
const POINTS = 2000;

/** Colours that are told apart by people who see few of them, on light ground and on dark. */
const STYLE = `
.ground{fill:#fff}text{fill:#1f2937;font:12px system-ui,sans-serif}.title{font-size:15px;font-weight:600}.quiet{fill:#6b7280}
.grid{stroke:#e5e7eb}.demand{fill:#94a3b8;fill-opacity:.35;stroke:#64748b;stroke-width:.7}.line{fill:none;stroke-width:1.6}
.supply{stroke:#0b6fa4}.desired{stroke:#15803d;stroke-dasharray:5 3;stroke-width:1.2}.forecast{stroke:#c2410c;stroke-width:1.2}
.violation{fill:#dc2626;fill-opacity:.3}
@media (prefers-color-scheme:dark){.ground{fill:#111827}text{fill:#e5e7eb}.quiet{fill:#9ca3af}.grid{stroke:#374151}
.demand{fill:#64748b;stroke:#94a3b8}.supply{stroke:#38bdf8}.desired{stroke:#4ade80}.forecast{stroke:#fb923c}.violation{fill:#f87171;fill-opacity:.5}}`;

const LEGEND = [
  { name: 'demand', shape: 'demand' },
  { name: 'supply', shape: 'line supply' },
  { name: 'desired', shape: 'line desired' },
  { name: 'forecast', shape: 'line forecast' },
  { name: 'violation', shape: 'violation' },
] as const;

interface Scale {
  x(time: number): number;
  y(servers: number): number;
}

/** Demand, supply, what was asked for and what was forecast over time, in servers, as a standalone SVG. */
export function replaySvg(result: ReplayResult): string {
  const timeline = thinned(result.timeline, POINTS);
  const { times, demand, supply, desired, forecast } = timeline;
  const from = times[0] ?? 0;
  const until = Math.max(from + result.interval, (times.at(-1) ?? from) + result.interval);
  const most = Math.max(1, largest(demand), largest(supply), largest(desired)) * 1.08;
  const { left, right, top, bottom } = AREA;
  const scale: Scale = {
    x: (time) => left + ((time - from) / (until - from)) * (right - left),
    y: (count) => bottom - (count / most) * (bottom - top),
  };
  const line = (column: Float64Array): string => stepLine(times, column, until, scale);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
<title id="title">${escape(`${result.trace}: ${summary(result)}`)}</title>
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${left}" y="26">${escape(result.trace)}</text>
<text class="quiet" x="${left}" y="46">${escape(summary(result))}</text>
${legend(result.timeline)}
${axes(scale, from, until, most)}
<clipPath id="area"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>
<g clip-path="url(#area)">
<path class="demand" d="${demandArea(times, demand, until, scale)}"/>
<path class="violation" d="${violations(timeline, result.interval, scale)}"/>
<path class="line forecast" d="${line(forecast)}"/>
<path class="line desired" d="${line(desired)}"/>
<path class="line supply" d="${line(supply)}"/>
</g>
</svg>
`;
}

function summary({ violationRate, serverHours, adaptations }: ReplayResult): string {
  return `${figure(100 * violationRate)} % of the time in violation, ${figure(serverHours)} server-hours, ${adaptations} adaptations`;
}

function legend({ forecast }: Timeline): string {
  const entries = LEGEND.filter(({ name }) => name !== 'forecast' || forecast.some(Number.isFinite));
  return entries
    .map(({ name, shape }, index) => {
      const x = AREA.left + 16 + index * 100;
      const key = shape.startsWith('line') ? `M${x} 66h22` : `M${x} 60h22v12h-22z`;
      return `<path class="${shape}" d="${key}"/><text x="${x + 28}" y="70">${name}</text>`;
    })
    .join('');
}

function axes(scale: Scale, from: number, until: number, most: number): string {
  const { left, right, top, bottom } = AREA;
  const across = wholeTicks(most).map((count) => {
    const y = at(scale.y(count));
    return `<path class="grid" d="M${left} ${y}H${right}"/><text class="quiet" x="${left - 8}" y="${y}" dy="4" text-anchor="end">${count}</text>`;
  });
  const along = timeTicks(from, until).map(({ time, label }) => {
    const x = at(scale.x(time));
    return `<path class="grid" d="M${x} ${top}V${bottom}"/><text class="quiet" x="${x}" y="${bottom + 18}" text-anchor="middle">${label}</text>`;
  });
  const name = `<text class="quiet" x="4" y="${top - 6}">servers</text>`;
  const days = `${dayOf(from)} to ${dayOf(until - 1)}, UTC`;
  return [
    ...across,
    ...along,
    `<text class="quiet" x="${right}" y="${bottom + 36}" text-anchor="end">${days}</text>`,
    name,
  ].join('');
}

/** A line that holds each value until the next one; broken where none is known. */
function stepLine(times: Float64Array, column: Float64Array, until: number, scale: Scale): string {
  return runsOf(times, column, until)
    .map(
      (run) =>
        `M${at(scale.x(run.from))} ${at(scale.y(run.first))}${run.moves.map(({ time, value }) => `H${at(scale.x(time))}V${at(scale.y(value))}`).join('')}H${at(scale.x(run.until))}`,
    )
    .join('');
}

function demandArea(times: Float64Array, demand: Float64Array, until: number, scale: Scale): string {
  const base = at(scale.y(0));
  return runsOf(times, demand, until)
    .map((run) => {
      const edge = run.moves.map(({ time, value }) => `H${at(scale.x(time))}V${at(scale.y(value))}`).join('');
      return `M${at(scale.x(run.from))} ${base}V${at(scale.y(run.first))}${edge}H${at(scale.x(run.until))}V${base}z`;
    })
    .join('');
}

interface Run {
  readonly from: number;
  readonly first: number;
  readonly moves: { readonly time: number; readonly value: number }[];
  until: number;
}

/** Stretches of known values, each with its changes. */
function runsOf(times: Float64Array, column: Float64Array, end: number): readonly Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  let value = NaN;
  for (const [index, time] of times.entries()) {
    const next = column[index] ?? NaN;
    if (Number.isNaN(next)) {
      run = undefined;
      continue;
    }
    if (run === undefined) {
      run = { from: time, first: next, moves: [], until: time };
      runs.push(run);
    } else if (next !== value) {
      run.moves.push({ time, value: next });
    }
    run.until = times[index + 1] ?? end;
    value = next;
  }
  return runs;
}

/** Bands over the whole height where demand is above supply, at least a pixel wide. */
function violations({ times, demand, supply }: Timeline, interval: number, scale: Scale): string {
  const { top, bottom } = AREA;
  const bands: { from: number; until: number }[] = [];
  let before = false;
  for (const [index, time] of times.entries()) {
    const now = (demand[index] ?? NaN) > (supply[index] ?? NaN);
    const last = bands.at(-1);
    if (now && before && last !== undefined) last.until = time + interval;
    else if (now) bands.push({ from: time, until: time + interval });
    before = now;
  }
  return bands
    .map(({ from, until }) => {
      const width = Math.max(1, scale.x(until) - scale.x(from));
      return `M${at(scale.x(from))} ${top}h${at(width)}V${bottom}h-${at(width)}z`;
    })
    .join('');
}

function largest(column: Float64Array): number {
  return column.reduce((most, value) => (value > most ? value : most), 0);
}

function at(position: number): string {
  return String(Math.round(position * 10) / 10);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
