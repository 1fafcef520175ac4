/** Small charts drawn by hand: bars that lead somewhere, and the same numbers as a table behind them. */
import { followLink, navigate } from "../app/router";
import { t } from "./messages";

export interface Series {
  key: string;
  name: string;
  /** Ink for what is not a promise; the colours of promises only for promises. */
  look: "ink" | "soft" | "kept" | "missed";
}

export interface Column {
  key: string;
  label: string;
  values: Record<string, number>;
  /** By series, the address of the cases behind the bar. */
  links: Record<string, string>;
}

interface Props {
  title: string;
  series: readonly Series[];
  columns: readonly Column[];
  /** What the table shows beside the series. */
  more?: readonly { key: string; name: string }[];
  tell?: (value: number) => string;
  /** The top of the scale, where it is known: 1 for shares. */
  top?: number;
}

const WIDTH = 420;
const HEIGHT = 132;
const LEFT = 34;
const BASE = HEIGHT - 18;
const HEAD = 8;

/** Columns side by side, series stacked: for days and classes. */
export function ColumnChart(props: Props) {
  const { columns, series, tell = String } = props;
  const most = props.top ?? niceTop(Math.max(0, ...columns.map((column) => total(column, series))));
  const step = (WIDTH - LEFT) / Math.max(1, columns.length);
  const height = (value: number) => (most ? (value / most) * (BASE - HEAD) : 0);
  const every = Math.ceil(columns.length / 7);
  return (
    <Figure {...props}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={props.title}>
        <Hatch />
        {[0, most / 2, most].map((value) => (
          <g key={value} class="chart-grid">
            <line x1={LEFT} x2={WIDTH} y1={BASE - height(value)} y2={BASE - height(value)} />
            <text x={LEFT - 5} y={BASE - height(value) + 3.5} text-anchor="end">{tell(value)}</text>
          </g>
        ))}
        {columns.map((column, index) => {
          let y = BASE;
          return (
            <g key={column.key}>
              {series.map((one) => {
                const value = column.values[one.key] ?? 0;
                if (value <= 0) return null;
                const size = Math.max(1, height(value));
                y -= size;
                const x = LEFT + index * step + step * 0.15;
                const label = t("bar_label", { name: one.name, key: column.label, value: tell(value) });
                const bar = <rect class={`bar-${one.look}`} x={x} y={y} width={step * 0.7} height={size}><title>{label}</title></rect>;
                const link = column.links[one.key];
                return link ? <a key={one.key} href={link} aria-label={label} onClick={follow}>{bar}</a> : <g key={one.key}>{bar}</g>;
              })}
              {index % every === 0 && <text class="chart-label" x={LEFT + (index + 0.5) * step} y={HEIGHT - 5} text-anchor="middle">{column.label}</text>}
            </g>
          );
        })}
      </svg>
    </Figure>
  );
}

/** Bars below each other with their names: for people and models. */
export function RankChart(props: Props & { most?: number }) {
  const { columns, series, tell = String, most = 10 } = props;
  const one = series[0]!;
  const top = Math.max(props.top ?? 0, ...columns.map((column) => column.values[one.key] ?? 0));
  return (
    <Figure {...props}>
      <ul class="ranks">
        {columns.slice(0, most).map((column) => {
          const value = column.values[one.key] ?? 0;
          const bar = (
            <>
              <span class="clip">{column.label}</span>
              <span class="rank-track"><i class={`rank-${one.look}`} style={{ width: `${top ? (value / top) * 100 : 0}%` }} /></span>
              <span class="number">{tell(value)}</span>
            </>
          );
          const link = column.links[one.key];
          return <li key={column.key}>{link ? <a href={link} onClick={followLink}>{bar}</a> : <span class="rank">{bar}</span>}</li>;
        })}
      </ul>
    </Figure>
  );
}

function Figure({ title, series, columns, more = [], tell = String, children }: Props & { children: preact.ComponentChildren }) {
  return (
    <figure class="chart card">
      <figcaption>
        <h3>{title}</h3>
        {series.length > 1 && <span class="legend small muted">{series.map((one) => <span key={one.key}><i class={`rank-${one.look}`} /> {one.name}</span>)}</span>}
      </figcaption>
      {children}
      <details>
        <summary class="small muted">{t("as_table")}</summary>
        <table class="plain">
          <caption class="hidden-text">{title}</caption>
          <thead><tr><th>{t("what")}</th>{series.map((one) => <th key={one.key} class="number">{one.name}</th>)}{more.map((one) => <th key={one.key} class="number">{one.name}</th>)}</tr></thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.key}>
                <th scope="row">{column.label}</th>
                {series.map((one) => {
                  const link = column.links[one.key];
                  const text = tell(column.values[one.key] ?? 0);
                  return <td key={one.key} class="number">{link ? <a href={link} onClick={followLink}>{text}</a> : text}</td>;
                })}
                {more.map((one) => <td key={one.key} class="number">{column.values[one.key] ?? 0}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Jeopardy's and misses' stripes, so that they differ without colour, too. */
function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" class="hatch-ground" /><rect width="2" height="5" class="hatch-line" />
      </pattern>
    </defs>
  );
}

/** The next of 1, 2, 5 times a power of ten, at least 2: whole numbers at the half. */
export function niceTop(value: number): number {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 6, 8, 10].map((factor) => factor * power).find((top) => top >= value)!;
}

const total = (column: Column, series: readonly Series[]): number => series.reduce((sum, one) => sum + (column.values[one.key] ?? 0), 0);

/** A link within a drawing has no `pathname`. */
function follow(event: MouseEvent): void {
  const target = (event.currentTarget as Element).getAttribute("href")!;
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  navigate(target);
}
