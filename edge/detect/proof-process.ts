// A process of its own in which models prove themselves: what breaks here breaks nothing else.
import { createInference } from "./inference.ts";
import type { ProofAnswer } from "./proof.ts";
import type { WorkerModels } from "./worker-protocol.ts";

async function prove(models: WorkerModels): Promise<ProofAnswer> {
  try {
    const inference = await createInference(models);
    await inference.prove();
    await inference.close();
    return {};
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

process.once("message", (models: WorkerModels) => {
  void prove(models).then((answer) => process.send?.(answer, () => process.disconnect()));
});
