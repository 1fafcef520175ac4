/** A case's files: what the phone, the customer and the desk have added, and a way to add one. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, send } from "../api/client";
import type { CaseFile, Desk } from "../api/case-types";
import { newId } from "../api/ids";
import { asProblem, Problem } from "../api/problem";
import { may } from "../app/session";
import { sayDone } from "../app/toasts";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { dateTime } from "../i18n/format";
import { t } from "./messages";
import { word } from "./words";

const ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf";

export function Files({ caseId, desk, onDone }: { caseId: string; desk: Desk; onDone: () => void }) {
  const [files, setFiles] = useState<CaseFile[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const path = `/cases/${encodeURIComponent(caseId)}/attachments`;
  const seen = may("attachment.view");

  useEffect(() => {
    if (!seen) return;
    const stop = new AbortController();
    get<CaseFile[]>(path, stop.signal).then(setFiles, (error: unknown) => stop.signal.aborted || setProblem(asProblem(error)));
    return () => stop.abort();
  }, [path, seen, desk.case.version]);
  if (!seen) return null;

  async function add(file: File) {
    const kind = file.type === "application/pdf" ? "document" : "photo";
    setSending(true);
    try {
      await send(`${path}?kind=${kind}`, newId(), file);
      setProblem(null);
      sayDone(t("file_added"));
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setSending(false);
      if (input.current) input.current.value = "";
    }
  }

  return (
    <section aria-label={t("files")}>
      <h3 class="row">{t("files")}<span class="spacer" />
        {desk.commands.includes("attach") && (
          <>
            <input ref={input} type="file" accept={ACCEPTED} hidden onChange={() => input.current?.files?.[0] && void add(input.current.files[0])} />
            <button disabled={sending} onClick={() => input.current?.click()}><Icon name="plus" /> {t(sending ? "file_sending" : "add_file")}</button>
          </>
        )}
      </h3>
      {files?.length === 0 && <p class="muted">{t("no_files")}</p>}
      <ul class="file-list">{files?.map((file) => <FileLine key={file.id} file={file} zone={desk.line.time_zone} />)}</ul>
      {problem && <ProblemNote problem={problem} />}
    </section>
  );
}

function FileLine({ file, zone }: { file: CaseFile; zone: string }) {
  const url = `/api/attachments/${encodeURIComponent(file.id)}`;
  const name = t("file_of", { kind: word("file", file.kind), role: word("role", file.uploaded_by_role) });
  return (
    <li>
      <a href={url} download>
        {file.width === null
          ? <span class="file-icon"><Icon name="list" /></span>
          : <img src={`${url}/thumbnail`} alt={name} width={64} height={64} loading="lazy" />}
      </a>
      <span><span>{name}</span><span class="muted small">{dateTime(file.uploaded_at, zone)}</span></span>
    </li>
  );
}
