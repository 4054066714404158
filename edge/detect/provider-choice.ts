// What a box computes its networks on: the first provider asked for on which its models prove themselves, else the CPU.
import { knownProviders, type Provider } from "../../models/provider.ts";
import type { PlateModels } from "../plate/inspector.ts";
import type { WorkerModels } from "./worker-protocol.ts";

export interface ProviderChoice {
  readonly provider: Provider;
  /** A sentence: what was asked for, what runs, and why not the others. */
  readonly why: string;
}

/**
 * `prove` opens and runs the models; its rejection says why that provider is passed over. The CPU needs no proof of
 * its own here: the workers show whether it works.
 */
export async function chooseProvider(
  asked: readonly Provider[],
  models: WorkerModels,
  prove: (models: WorkerModels) => Promise<void>,
): Promise<ProviderChoice> {
  const known = knownProviders();
  const passedOver: string[] = [];
  for (const provider of asked) {
    if (provider === "cpu") return { provider, why: sentence(provider) };
    if (!known.includes(provider)) {
      passedOver.push(`${provider}: this ONNX Runtime has ${known.join(", ")} only`);
      continue;
    }
    try {
      await prove(onProvider(models, provider));
      return { provider, why: sentence(provider) };
    } catch (error) {
      passedOver.push(`${provider}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { provider: "cpu", why: sentence("cpu") };

  function sentence(runs: Provider): string {
    const others = passedOver.length === 0 ? "" : `; ${passedOver.join("; ")}`;
    return `inference.providers asks for ${asked.join(", ")}; networks run on ${runs}${others}`;
  }
}

/** The same models, computed there. */
export function onProvider(models: WorkerModels, provider: Provider): WorkerModels {
  const { detector, faceDetector, faceEmbedder, faceLandmarks, plates, densities } = models;
  return {
    ...models,
    ...(detector === undefined ? {} : { detector: { ...detector, provider } }),
    ...(faceDetector === undefined ? {} : { faceDetector: { ...faceDetector, provider } }),
    ...(faceEmbedder === undefined ? {} : { faceEmbedder: { ...faceEmbedder, provider } }),
    ...(faceLandmarks === undefined ? {} : { faceLandmarks: { ...faceLandmarks, provider } }),
    ...(plates === undefined ? {} : { plates: platesOn(plates, provider) }),
    ...(densities === undefined ? {} : { densities: densities.map((model) => ({ ...model, provider })) }),
  };
}

function platesOn({ detector, readers: { own, whole, line } }: PlateModels, provider: Provider): PlateModels {
  return {
    detector: { ...detector, provider },
    readers: {
      own: { ...own, provider },
      whole: whole === undefined ? undefined : { ...whole, provider },
      line: line === undefined ? undefined : { ...line, provider },
    },
  };
}
