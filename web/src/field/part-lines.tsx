/** Parts by pick from the van, by scanned code, or typed; with the serial number where units have one. */
import { useState } from "preact/hooks";
import { t } from "./messages";
import { isSerialised, partByCode } from "./model";
import { canScan, Scanner } from "./scanner";
import type { FieldDay, FieldVisit, PartName, PartUse } from "./types";

interface Props {
  title: string;
  lines: readonly PartUse[];
  visit: FieldVisit;
  day: FieldDay;
  /** Used from stock, so units may have serial numbers; otherwise wanted for the next visit. */
  used?: boolean;
  onChange: (lines: PartUse[]) => void;
}

export function PartLines({ title, lines, visit, day, used = false, onChange }: Props) {
  const [code, setCode] = useState("");
  const [scanning, setScanning] = useState(false);
  const [unknown, setUnknown] = useState("");
  const set = (index: number, part: Partial<PartUse>) => onChange(lines.map((line, each) => (each === index ? { ...line, ...part } : line)));
  const choices: (PartName & { free?: number })[] = [...visit.parts, ...day.van.filter(({ free }) => free > 0)];
  const named = (sku: string) => [...visit.parts, ...day.van, ...day.catalogue].find((part) => part.sku === sku)?.name ?? "";

  function add(given: string) {
    const text = given.trim();
    if (!text) return;
    const found = partByCode(text, day, visit);
    setUnknown(found ? "" : text);
    setCode("");
    setScanning(false);
    const line = found ?? { sku: text, quantity: 1, serial: "" };
    const same = lines.findIndex((each) => each.sku === line.sku && !line.serial && !isSerialised(day, line.sku));
    if (same >= 0) set(same, { quantity: lines[same]!.quantity + 1 });
    else onChange([...lines, used ? line : { ...line, serial: "" }]);
  }

  return (
    <fieldset>
      <legend>{title}</legend>
      {lines.map((line, index) => (
        <div key={index} class="field-part-line">
          <p><strong>{named(line.sku) || line.sku}</strong> <code>{line.sku}</code></p>
          {used && isSerialised(day, line.sku) ? (
            <label>{t("serial")}
              <input list={`serials-${index}`} value={line.serial} maxLength={200} autocapitalize="characters" onInput={(event) => set(index, { serial: event.currentTarget.value })} />
              <datalist id={`serials-${index}`}>{serialsOf(line.sku, visit, day).map((serial) => <option key={serial} value={serial} />)}</datalist>
            </label>
          ) : (
            <div class="field-line">
              <button type="button" aria-label={t("fewer", { what: line.sku })} disabled={line.quantity <= 1} onClick={() => set(index, { quantity: line.quantity - 1 })}>−</button>
              <output>{line.quantity}</output>
              <button type="button" aria-label={t("more", { what: line.sku })} onClick={() => set(index, { quantity: line.quantity + 1 })}>+</button>
            </div>
          )}
          <button type="button" aria-label={t("remove", { what: line.sku })} onClick={() => onChange(lines.filter((_, each) => each !== index))}>×</button>
        </div>
      ))}
      {unknown && <p class="field-note" role="status">{t("unknown_code", { code: unknown })}</p>}
      {used && choices.length > 0 && (
        <select aria-label={t("pick_part")} value="" onChange={(event) => (add(event.currentTarget.value), (event.currentTarget.value = ""))}>
          <option value="">{t("pick_part")}</option>
          {[...new Map(choices.map((part) => [part.sku, part])).values()].map((part) => (
            <option key={part.sku} value={part.sku}>{part.name} · {part.sku}{part.free ? ` · ${t("free", { count: part.free })}` : ""}</option>
          ))}
        </select>
      )}
      <div class="field-line">
        <input aria-label={t(used ? "add_part" : "pick_needed")} placeholder={t(used ? "add_part" : "pick_needed")} value={code} maxLength={60} autocapitalize="characters"
          list={used ? undefined : "catalogue"} onInput={(event) => setCode(event.currentTarget.value)} onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), add(code))} />
        {!used && <datalist id="catalogue">{day.catalogue.map((part) => <option key={part.sku} value={part.sku}>{part.name}</option>)}</datalist>}
        <button type="button" onClick={() => add(code)}>{t("add")}</button>
        {canScan && <button type="button" onClick={() => setScanning(!scanning)}>{t("scan")}</button>}
      </div>
      {scanning && <Scanner onCode={add} onClose={() => setScanning(false)} />}
    </fieldset>
  );
}

function serialsOf(sku: string, visit: FieldVisit, day: FieldDay): string[] {
  const parts = [...visit.parts, ...day.van].filter((part) => part.sku === sku);
  return [...new Set(parts.flatMap((part) => part.serials))];
}
