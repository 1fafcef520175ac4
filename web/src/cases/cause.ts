/** What stands between a case and its promise, in the reader's language. */
import type { Cause } from "../api/case-types";
import { dateTime } from "../i18n/format";
import { language } from "../i18n/language";
import { longSpan } from "./told";

/** The server words causes in English; for another language they are told anew from their facts. */
export function causeText(cause: Cause, zone: string): string {
  return language.value === "en" ? cause.sentence : (chinese(cause, zone) ?? cause.sentence);
}

function chinese({ kind, until, seconds, sku, engineer_id: engineer }: Cause, zone: string): string | null {
  const when = until ? dateTime(until, zone) : "";
  switch (kind) {
    case "part": return `备件${sku ? ` ${sku}` : ""}${when ? `，${when} 到` : "未到"}`;
    case "no_place": return "上门尚无合适的排程";
    case "engineer_late": return `工程师${engineer ? ` ${engineer}` : ""} 将迟到${seconds ? ` ${longSpan(seconds)}` : ""}`;
    case "planned_late": return `计划将超时${seconds ? ` ${longSpan(seconds)}` : ""}`;
    case "no_answer": return `工程师${engineer ? ` ${engineer}` : ""} 未答复派单`;
    case "customer": return `等待客户${when ? `，截止 ${when}` : ""}`;
    case "depot": return `在维修站${when ? `，截止 ${when}` : ""}`;
    case "step": return engineer ? `工程师 ${engineer}${when ? `，预计 ${when}` : ""}` : when ? `步骤截止 ${when}` : null;
    default: return null;
  }
}
