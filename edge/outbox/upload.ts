// One evidence file to the server by resumable upload (tus 1.0): goes on where the last try ended, over restarts of either.
import { readFileSync } from "node:fs";
import { DefaultHttpStack, DetailedError, Upload } from "tus-js-client";
import { EVIDENCE_PATH, UPLOAD_STATUS, uploadId } from "../../contract/evidence.ts";

/** Where and as whom a box uploads. */
export interface EvidenceAddress {
  readonly url: string;
  readonly box: string;
  /** Read at each try, so that a new password needs no restart. */
  readonly passwordFile: string;
  readonly caFile?: string | undefined;
}

/** How a try ended. */
export type UploadOutcome =
  | { readonly kind: "acknowledged" }
  /** No event that the server holds names it, perhaps not yet. */
  | { readonly kind: "not-named" }
  /** What arrived was not what was named. */
  | { readonly kind: "another-file" }
  /** `moved`: bytes went out before it failed, so that it is worth going on soon. */
  | { readonly kind: "away"; readonly cause: Error; readonly moved: boolean };

/** Nothing moved for so long: this try is given up, the next goes on. */
const STALLED_MS = 30_000;

/** Resolves with how it ended; rejects only with the signal's reason, or when a password or certificate can't be read. */
export async function uploadOnce(
  address: EvidenceAddress,
  file: { readonly sha256: string; readonly content: Buffer },
  signal: AbortSignal,
): Promise<UploadOutcome> {
  signal.throwIfAborted();
  const { url, box, passwordFile, caFile } = address;
  const password = readFileSync(passwordFile, "utf8").trim();
  const endpoint = `${url}${EVIDENCE_PATH}`;
  const connection = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  let moved = false;
  return await new Promise<UploadOutcome>((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", abort);
      settle();
    };
    const upload = new Upload(file.content, {
      endpoint,
      // Asked first: what the server holds of it already is not sent again.
      uploadUrl: `${endpoint}/${uploadId(box, file.sha256)}`,
      metadata: { sha256: file.sha256 },
      headers: { authorization: `Basic ${Buffer.from(`${box}:${password}`).toString("base64")}` },
      httpStack: new DefaultHttpStack(connection),
      storeFingerprintForResuming: false,
      retryDelays: null,
      onProgress: (sent) => {
        moved ||= sent > 0;
        stalled.refresh();
      },
      onSuccess: () => end(() => resolve({ kind: "acknowledged" })),
      onError: (error) => end(() => resolve(outcomeOf(error, moved))),
    });
    const breakOff = (settle: () => void): void => {
      end(() => {
        void upload.abort().finally(settle);
      });
    };
    const abort = (): void => breakOff(() => reject(signal.reason as Error));
    const stalled = setTimeout(
      () =>
        breakOff(() =>
          resolve({ kind: "away", moved, cause: new Error(`no progress for ${STALLED_MS} ms`) }),
        ),
      STALLED_MS,
    );
    signal.addEventListener("abort", abort);
    upload.start();
  });
}

function outcomeOf(error: Error, moved: boolean): UploadOutcome {
  if (!(error instanceof DetailedError)) return { kind: "away", cause: error, moved };
  const status = error.originalResponse?.getStatus();
  // Of a PATCH the same status would speak of its offset.
  const creating = error.originalRequest.getMethod() === "POST";
  if (creating && status === UPLOAD_STATUS.alreadyHere) return { kind: "acknowledged" };
  if (status === UPLOAD_STATUS.notNamed) return { kind: "not-named" };
  if (status === UPLOAD_STATUS.anotherFile) return { kind: "another-file" };
  return { kind: "away", cause: error, moved };
}
