// Fronts of a comparison as a picture: one small chart for each trace and delay.
import { paretoFront } from './front.ts';
import { minutes } from './text.ts';
import type { CaseReport, ComparisonReport } from './types.ts';

const columns = 3;
const panel = { width: 300, height: 220, left: 44, right: 12, top: 34, bottom: 38 };
const header = 36;
/** Told apart by people who see few colours, on light ground and on dark, and by their dashes in print. */
const style = `
.ground{fill:#fff}text{fill:#1f2937;font:11px system-ui,sans-serif}.title{font-weight:600}.quiet{fill:#6b7280}.grid{stroke:#e5e7eb}
.line{fill:none;stroke-width:1.8}.c0{stroke:#0b6fa4}.c1{stroke:#c2410c;stroke-dasharray:6 3}.c2{stroke:#15803d;stroke-dasharray:2 3}
.c3{stroke:#7e22ce;stroke-dasharray:8 3 2 3}.c4{stroke:#4b5563;stroke-dasharray:1 2}
@media (prefers-color-scheme:dark){.ground{fill:#111827}text{fill:#e5e7eb}.quiet{fill:#9ca3af}.grid{stroke:#374151}
.c0{stroke:#38bdf8}.c1{stroke:#fb923c}.c2{stroke:#4ade80}.c3{stroke:#c084fc}.c4{stroke:#d1d5db}}`;
const colours = 5;

/** Shares of violations at both ends of the axis; runs without any stand at its left end. */
const leftmost = 1e-4;
const rightmost = 0.2;

/** The fronts of all cases: mean number of servers against the share of violations, whose axis is logarithmic. */
export function frontsSvg(report: ComparisonReport): string {
  const names = report.cases[0]?.sweeps.map(({ contender }) => contender) ?? [];
  const rows = Math.ceil(report.cases.length / columns);
  const width = columns * panel.width;
  const height = header + rows * panel.height;
  const panels = report.cases.map((one, index) => {
    const x = (index % columns) * panel.width;
    const y = header + Math.floor(index / columns) * panel.height;
    return `<g transform="translate(${x} ${y})">${chart(one)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">Servers against violations, by trace and join delay</title>
<style>${style}
</style>
<rect class="ground" width="${width}" height="${height}"/>
${legend(names)}
${panels.join('\n')}
</svg>
`;
}

function legend(names: readonly string[]): string {
  const entries = names.map((name, index) => {
    const x = 14 + index * 150;
    return `<path class="${line(index)}" d="M${x} 18h26"/><text x="${x + 32}" y="22">${escape(name)}</text>`;
  });
  return `<g>${entries.join('')}</g>`;
}

function chart(one: CaseReport): string {
  const hours = (one.steps * one.interval) / 3_600_000;
  const servers = (serverHours: number): number => (hours > 0 ? serverHours / hours : 0);
  const fronts = one.sweeps.map(({ runs }) => paretoFront(runs));
  const most = Math.max(1, ...fronts.flat().map(({ serverHours }) => servers(serverHours))) * 1.05;
  const right = panel.width - panel.right;
  const bottom = panel.height - panel.bottom;
  const x = (rate: number): string => {
    const held = Math.min(rightmost, Math.max(leftmost, rate));
    const share = Math.log(held / leftmost) / Math.log(rightmost / leftmost);
    return (panel.left + share * (right - panel.left)).toFixed(1);
  };
  const y = (count: number): string => (bottom - (count / most) * (bottom - panel.top)).toFixed(1);
  const lines = fronts.map((front, index) => {
    const path = front.map((run) => `${x(run.violationRate)} ${y(servers(run.serverHours))}`).join('L');
    return `<path class="${line(index)}" d="M${path}"/>`;
  });
  const rates = [1e-4, 1e-3, 1e-2, 1e-1].map(
    (rate) =>
      `<path d="M${x(rate)} ${panel.top}V${bottom}" class="grid"/><text x="${x(rate)}" y="${bottom + 14}" text-anchor="middle">${Number((rate * 100).toPrecision(1))} %</text>`,
  );
  const counts = [0, 0.5, 1].map((share) => {
    const count = (most / 1.05) * share;
    return `<path d="M${panel.left} ${y(count)}H${right}" class="grid"/><text x="${panel.left - 5}" y="${Number(y(count)) + 4}" text-anchor="end">${Number(count.toFixed(1))}</text>`;
  });
  return `<text x="${panel.left}" y="18" class="title">${escape(one.trace)}, join ${minutes(one.joinDelay)}</text>${rates.join('')}${counts.join('')}${lines.join('')}<text x="${right}" y="${bottom + 29}" text-anchor="end">steps in violation</text><text x="${panel.left}" y="${panel.top - 4}" class="quiet">servers</text>`;
}

function line(index: number): string {
  return `line c${index % colours}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
