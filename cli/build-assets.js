// Copies the files that tsc leaves behind (YAML, SQL, HTML, proto) into dist/, beside the code that reads them.
import { cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const roots = ["config", "models", "server/store", "contract", "cli", "edge", "test/camera-server"];
const kept = /\.(ya?ml|sql|html|proto|onnx|json|txt|pem|py)$/;

function walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      if (name !== "training" && name !== "node_modules") walk(path);
    } else if (kept.test(name)) {
      const target = join("dist", path);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(path, target);
    }
  }
}

for (const root of roots) walk(root);
