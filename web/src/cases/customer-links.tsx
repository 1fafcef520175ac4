/** The customer's page of a case: make a link to hand over, and end those that are out. */
import { useEffect, useState } from "preact/hooks";
import { command, get } from "../api/client";
import type { CustomerLink, NewCustomerLink } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { may } from "../app/session";
import { sayDone } from "../app/toasts";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { date } from "../i18n/format";
import { t } from "./messages";
import { word } from "./words";

export function CustomerLinks({ caseId, zone }: { caseId: string; zone: string }) {
  const [links, setLinks] = useState<CustomerLink[] | null>(null);
  const [made, setMade] = useState<NewCustomerLink | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const path = `/cases/${encodeURIComponent(caseId)}/links`;
  const seen = may("link.view");
  const load = () => get<CustomerLink[]>(path).then(setLinks);
  const report = (error: unknown) => setProblem(asProblem(error));

  useEffect(() => {
    if (seen) load().catch(report);
  }, [path, seen]);
  if (!seen) return null;

  const make = () => command<NewCustomerLink>(path).then((link) => (setMade(link), setProblem(null), load())).catch(report);
  const revoke = (id: string) =>
    command(`/links/${encodeURIComponent(id)}`, {}, { method: "DELETE" })
      .then(() => (made?.id === id && setMade(null), sayDone(t("link_revoked")), load()))
      .catch(report);
  return (
    <section aria-label={t("customer_links")}>
      <h3 class="row">{t("customer_links")}<span class="spacer" />
        {may("link.make") && <button onClick={() => void make()}><Icon name="plus" /> {t("make_link")}</button>}
      </h3>
      {made && <Handover url={`${location.origin}/link#${made.token}`} />}
      {links?.length === 0 && <p class="muted">{t("no_links")}</p>}
      <ul class="plain-list">
        {links?.map((link) => (
          <li key={link.id}>
            <span class="row"><span>{word("link", link.state)}</span><span class="muted">{t("link_until", { date: date(link.expires_at, zone) })}</span><span class="spacer" />
              {link.state === "active" && may("link.revoke") && <button onClick={() => void revoke(link.id)}>{t("revoke_link")}</button>}
            </span>
          </li>
        ))}
      </ul>
      {problem && <ProblemNote problem={problem} />}
    </section>
  );
}

/** The address, shown this once: it is not kept anywhere. */
function Handover({ url }: { url: string }) {
  const copy = () => void navigator.clipboard.writeText(url).then(() => sayDone(t("link_copied")));
  return (
    <div class="handover" role="status">
      <input readOnly value={url} aria-label={t("link_address")} onFocus={(event) => event.currentTarget.select()} />
      {/* Only pages that the browser calls secure may write to the clipboard. */}
      {isSecureContext && <button onClick={copy}>{t("copy_link")}</button>}
      <small class="muted">{t("link_once")}</small>
    </div>
  );
}
