/** Cases: the list, one case's desk, and a new case. */
import { t } from "../app/messages";
import { location } from "../app/router";
import { may } from "../app/session";
import { Empty } from "../design/empty";
import { CaseDesk } from "./desk";
import { CaseList } from "./case-list";
import { NewCase } from "./new-case";
import "../operations/operations.css";
import "./cases.css";

export default function CasesScreen() {
  const [, , id] = location.value.path.split("/");
  if (!id) return <CaseList />;
  if (id === "new" && !may("case.open")) return <Empty title={t("not_allowed")} hint={t("not_allowed_hint")} />;
  return id === "new" ? <NewCase /> : <CaseDesk key={id} caseId={decodeURIComponent(id)} />;
}
