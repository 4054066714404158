// What a server signs: receipts of manifests, decisions as additions, and the head of a chain.
import {
  ADDITION_FORMAT,
  type Addition,
  HEAD_FORMAT,
  type Head,
  RECEIPT_FORMAT,
  type Receipt,
} from "./addition.ts";
import { additionName, HEAD, RECEIPT } from "./names.ts";
import { type NamedBytes, signDocument, type Signing } from "./signing.ts";

type Pair = Promise<[document: NamedBytes, signature: NamedBytes]>;

export function signReceipt(facts: Omit<Receipt, "format" | "signer">, signing: Signing): Pair {
  const receipt: Receipt = { ...facts, format: RECEIPT_FORMAT, signer: signing.signer };
  return signDocument(RECEIPT, receipt, signing);
}

export function signAddition(facts: Omit<Addition, "format" | "signer">, signing: Signing): Pair {
  const addition: Addition = { ...facts, format: ADDITION_FORMAT, signer: signing.signer };
  return signDocument(additionName(facts.number), addition, signing);
}

export function signHead(facts: Omit<Head, "format" | "signer">, signing: Signing): Pair {
  const head: Head = { ...facts, format: HEAD_FORMAT, signer: signing.signer };
  return signDocument(HEAD, head, signing);
}
