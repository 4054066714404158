// What a package says, for people: names in both languages beside the values that were signed.
import type { VerifiedPackage } from "../../../contract/evidence/verify.ts";

export function factsOf({
  name,
  manifest,
  manifestSha256,
  receipt,
  additions,
}: VerifiedPackage & { readonly name: string }): [string, string][] {
  const { event, chain, clocks } = manifest;
  const place = manifest.place ?? {};
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  return [
    ["Gói · Package", name],
    ["Vụ việc · Case", event.id],
    ["Thời gian · Time", `${manifest.local_time} (UTC${manifest.utc_offset}); ${event.time}`],
    ["Địa điểm · Place", Object.values(place).map(text).join(", ")],
    ["Camera", `${manifest.camera} (${manifest.box})`],
    ["Quy tắc · Rule", `${text(event.data["rule"])}, ${text(event.data["rule_version"])}`],
    ["Biển số · Plate", event.data["plate"] === undefined ? "–" : text(event.data["plate"])],
    ["Đồng hồ · Clocks", JSON.stringify(clocks)],
    ["Chuỗi · Chain", `${chain.index} / ${chain.id}`],
    ["SHA-256 manifest.json", manifestSha256],
    ["Khoá thiết bị · Box's key", manifest.signer.key],
    [
      "Máy chủ ký nhận · Countersigned",
      receipt === undefined ? "–" : `${receipt.received_at}, ${receipt.signer.key}`,
    ],
    ...additions.map(({ number, decision, by, at }): [string, string] => [
      `Bổ sung · Addition ${number}`,
      `${decision}, ${by}, ${at}`,
    ]),
    ...manifest.files.map((file): [string, string] => [file.name, `${file.bytes} B, ${file.sha256}`]),
    ...manifest.missing.map(({ name: lacking, why }): [string, string] => [
      `(thiếu · missing) ${lacking}`,
      why,
    ]),
  ];
}
