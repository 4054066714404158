// A case's evidence package as one archive, and the keys that it is checked with.
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import Type from "typebox";
import { KeyFile, KEYS_FORMAT } from "../../../contract/evidence/key-ring.ts";
import { Manifest } from "../../../contract/evidence/manifest.ts";
import { EvidenceFault } from "../../../contract/evidence/fault.ts";
import { MANIFEST } from "../../../contract/evidence/names.ts";
import { readDocument } from "../../../contract/evidence/signed-document.ts";
import { tarEnd, tarHeader, tarPadding } from "../../../contract/evidence/tar.ts";
import { principal } from "../authorize.ts";
import type { PackagePart } from "../../store/evidence-repository.ts";
import type { Repositories } from "../dependencies.ts";
import type { Api } from "../instance.ts";
import { ProblemError } from "../problem.ts";
import { caseScope } from "../scope.ts";
import { Id, problems } from "./shape.ts";

const Archive = {
  description: "A tar archive that `ngatu evidence verify` and the page inside it check",
  content: {
    "application/x-tar": {
      schema: Type.Unsafe<Readable>({ type: "string", contentMediaType: "application/x-tar" }),
    },
  },
};

/** Documents that the manifest does not list, since they sign or follow it. */
const BESIDE = /^(manifest|fields|receipt|addition-\d+)\.(json|sig)$/;

export function addEvidence(
  app: Api,
  { boxes, cases, evidence, audit }: Pick<Repositories, "boxes" | "cases" | "evidence" | "audit">,
  evidencePath: ((sha256: string) => string) | undefined,
): void {
  app.get(
    "/cases/:id/package",
    {
      config: { needs: ["traffic.read", "face.read"] },
      schema: {
        summary: "The evidence package of a case, once all of it has arrived",
        params: Id,
        response: { 200: Archive, ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { access, actor } = principal(request);
      const stored = await cases.get(id, caseScope(access));
      const parts = stored === undefined ? undefined : await evidence.parts(id);
      if (parts === undefined || evidencePath === undefined) throw new ProblemError("not-found");
      await audit.note({ actor, action: "case.view", object: `case/${id}`, detail: { what: "package" } });
      const signed = await signedParts(parts, evidencePath);
      return reply
        .header("content-disposition", `attachment; filename="${id}.tar"`)
        .type("application/x-tar")
        .send(Readable.from(archive(id, signed, evidencePath)));
    },
  );

  app.get(
    "/evidence/keys",
    {
      config: { needs: "event.read" },
      schema: {
        summary: "The keys of boxes and servers, for `ngatu evidence verify --keys`",
        response: { 200: KeyFile, ...problems },
      },
    },
    async (request) => {
      const sites = principal(request).access.sites("event.read");
      const seen = sites === "all" ? undefined : new Set((await boxes.list(sites)).map(({ box }) => box));
      const keys = (await evidence.keys()).filter(
        ({ owner, name }) => owner === "server" || seen === undefined || seen.has(name),
      );
      if (keys.length === 0) throw new ProblemError("not-found");
      return { format: KEYS_FORMAT, keys } as const;
    },
  );
}

/** A case has a small still beside its package: what the manifest does not list has no place in it. */
async function signedParts(
  parts: readonly PackagePart[],
  evidencePath: (sha256: string) => string,
): Promise<PackagePart[]> {
  const manifest = parts.find(({ name }) => name === MANIFEST);
  if (manifest === undefined || !("sha256" in manifest)) throw new ProblemError("not-found");
  const listed = listedIn(await readFile(evidencePath(manifest.sha256)));
  return parts.filter(({ name }) => BESIDE.test(name) || listed.has(name));
}

/** The notary need not have checked it yet: what is no manifest makes no package. */
function listedIn(manifest: Uint8Array): Set<string> {
  try {
    return new Set(readDocument(Manifest, manifest, MANIFEST).files.map(({ name }) => name));
  } catch (error) {
    if (error instanceof EvidenceFault) throw new ProblemError("not-found");
    throw error;
  }
}

async function* archive(
  folder: string,
  parts: readonly PackagePart[],
  evidencePath: (sha256: string) => string,
): AsyncGenerator<Uint8Array> {
  const nowMs = Date.now();
  for (const part of parts) {
    const bytes = "content" in part ? part.content.length : part.bytes;
    yield tarHeader(`${folder}/${part.name}`, bytes, nowMs);
    if ("content" in part) yield part.content;
    else yield* createReadStream(evidencePath(part.sha256)) as AsyncIterable<Buffer>;
    yield tarPadding(bytes);
  }
  yield tarEnd();
}
