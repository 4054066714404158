// The page that checks evidence in a browser, by itself and without a network.
import { EvidenceFault } from "../../../contract/evidence/fault.ts";
import { type KeyRing, readKeyRing } from "../../../contract/evidence/key-ring.ts";
import { judge, type OpenedEvidence, type Verdict } from "../../../contract/evidence/verdict.ts";
import { browserChecker } from "./browser-checker.ts";
import { bytesOf, openArchive, openFolder } from "./chosen.ts";
import { factsOf } from "./facts.ts";

const input = (id: string): HTMLInputElement => document.getElementById(id) as HTMLInputElement;
const [folder, archive, keys] = [input("folder"), input("archive"), input("keys")];
const verdictBox = document.getElementById("verdict") as HTMLElement;
const facts = document.getElementById("facts") as HTMLElement;
/** Counts choices: an answer to one that is no longer the latest is not shown. */
let choices = 0;

folder.addEventListener("change", () => {
  archive.value = "";
  begin();
});
archive.addEventListener("change", () => {
  folder.value = "";
  begin();
});
keys.addEventListener("change", begin);

function begin(): void {
  const choice = ++choices;
  const open = chosen();
  if (open === undefined) return;
  verdictBox.removeAttribute("data-ok");
  verdictBox.textContent = "Đang kiểm tra … · Checking …";
  facts.replaceChildren();
  void check(open).then(
    (verdict) => choice === choices && show(verdict),
    (error: unknown) =>
      choice === choices &&
      show({ ok: false, package: "", part: "file", where: "", text: `can't be read: ${String(error)}` }),
  );
}

function chosen(): (() => Promise<OpenedEvidence>) | undefined {
  const [file] = archive.files ?? [];
  if (file !== undefined) return () => openArchive(file);
  const { files } = folder;
  return files === null || files.length === 0 ? undefined : () => openFolder(files);
}

async function check(open: () => Promise<OpenedEvidence>): Promise<Verdict> {
  try {
    const options = { checker: browserChecker, keys: await trusted(), nowMs: Date.now() };
    return await judge([await open()], "", options);
  } catch (error) {
    if (!(error instanceof EvidenceFault)) throw error;
    const { part, where, text } = error;
    return { ok: false, package: "", part, where, text };
  }
}

async function trusted(): Promise<KeyRing | undefined> {
  const [file] = keys.files ?? [];
  return file === undefined ? undefined : readKeyRing(await bytesOf(file), file.name);
}

function show(verdict: Verdict): void {
  verdictBox.dataset["ok"] = String(verdict.ok);
  verdictBox.textContent = verdict.ok ? held() : fault(verdict);
  if (verdict.ok) facts.replaceChildren(...verdict.packages.flatMap(factsOf).map(row));
}

function held(): string {
  return keys.files?.length === 1
    ? "KHỚP: mọi tệp, chữ ký và khoá đều đúng.\nHOLDS: every file, signature and key is right."
    : "KHỚP với chữ ký trong gói. Chưa biết khoá là của ai: hãy chọn danh sách khoá.\nMATCHES its own signature. Whose key that is remains open: choose a list of keys.";
}

function fault({ package: name, part, where, text }: Extract<Verdict, { ok: false }>): string {
  const parts = { package: "gói", file: "tệp", field: "trường", link: "mắt xích", key: "khoá" };
  return `KHÔNG KHỚP · DOES NOT HOLD${name === "" ? "" : ` (${name})`}\n${parts[part]} · ${part}  ${where}\n${text}`;
}

/** Text alone, never markup: a package may hold anything. */
function row([name, value]: readonly [string, string]): HTMLTableRowElement {
  const line = document.createElement("tr");
  const [head, cell] = [document.createElement("th"), document.createElement("td")];
  head.textContent = name;
  cell.textContent = value;
  line.append(head, cell);
  return line;
}
