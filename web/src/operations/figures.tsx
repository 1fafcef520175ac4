/** Five figures, each with what became of it since a day ago, and the way to the cases behind it. */
import type { Figure, Figures } from "../api/case-types";
import { followLink } from "../app/router";
import { longSpan } from "../cases/told";
import { Icon } from "../design/icons";
import { share } from "../i18n/format";
import { drillPath } from "./filters";
import { casePath } from "./list";
import { t } from "./messages";

export function FigureStrip({ figures }: { figures: Figures }) {
  return <div class="figures">{figures.figures.map((figure) => <FigureCard key={figure.name} figure={figure} />)}</div>;
}

function FigureCard({ figure }: { figure: Figure }) {
  const to = figure.name === "oldest" && figure.case_id ? casePath(figure.case_id) : drillPath(figure.cases);
  return (
    <a class="figure" href={to} onClick={followLink}>
      <span class="muted small">{t(figure.name)}</span>
      <span class="figure-value">{told(figure)} <small class="muted">{aside(figure)}</small></span>
      <Trend figure={figure} />
    </a>
  );
}

function told({ name, value }: Figure): string {
  return name === "oldest" ? longSpan(value) : String(value);
}

function aside({ name, value, of }: Figure): string {
  if (of === null) return "";
  if (of === 0) return name === "kept_today" ? t("nothing_ended") : "";
  return `${t("of", { count: of })} · ${share(value / of)}`;
}

/** Direction in words and as an arrow; whether it is good is for the reader, so it has no colour. */
function Trend({ figure }: { figure: Figure }) {
  const { before, value, name } = figure;
  if (before === null) return <span class="muted small">{t("no_before")}</span>;
  const change = value - before;
  const size = name === "oldest" ? longSpan(change) : String(Math.abs(change));
  const same = name === "oldest" ? Math.abs(change) < 60 : change === 0;
  if (same) return <span class="muted small"><Icon name="dash" /> {t("same_as_before")}</span>;
  return (
    <span class="muted small">
      <Icon name={change > 0 ? "up" : "down"} /> {t(change > 0 ? "more_than_before" : "less_than_before", { change: size })}
    </span>
  );
}
