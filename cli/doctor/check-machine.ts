// The checks of `ngatu doctor`: each gives one finding in both languages, and what to do about it.
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { createServer } from "node:net";
import { ModelError } from "../../models/model-error.ts";
import { createModelStore } from "../../models/store.ts";
import { readMedia, mediaFolder } from "../setup/media.ts";
import type { ProgramName } from "../setup/program-table.ts";
import { isPresent } from "../setup/programs.ts";
import { findProgram } from "../setup/search-path.ts";

export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "fault";
  readonly en: string;
  readonly vi: string;
}

/** Room for programs, models, media, a database and an outbox. */
const LEAST_FREE_GB = 2;
/** Three analysed cameras with PostgreSQL took 1.3 GB here. */
const LEAST_MEMORY_GB = 2;

export async function checkMachine(cache: string): Promise<Finding[]> {
  return [
    checkNode(),
    checkMemory(),
    checkCache(cache),
    ...(["ffmpeg", "mosquitto"] as const).map((name) => checkProgram(name, cache)),
    checkApt(cache),
    ...(await checkModels(cache)),
    ...checkMedia(cache),
    await checkLoopback(),
  ];
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    check: "node",
    state: ok ? "ok" : "fault",
    en: ok
      ? `Node.js ${process.versions.node}`
      : `Node.js ${process.versions.node} is too old: 20.19 or later is needed`,
    vi: ok
      ? `Node.js ${process.versions.node}`
      : `Node.js ${process.versions.node} quá cũ: cần 20.19 trở lên`,
  };
}

function checkMemory(): Finding {
  const gb = totalmem() / 2 ** 30;
  const cores = availableParallelism();
  const ok = gb >= LEAST_MEMORY_GB;
  return {
    check: "memory",
    state: ok ? "ok" : "warning",
    en: `${cores} cores, ${gb.toFixed(1)} GB of memory${ok ? "" : `: at least ${LEAST_MEMORY_GB} GB are advised`}`,
    vi: `${cores} nhân, bộ nhớ ${gb.toFixed(1)} GB${ok ? "" : `: nên có ít nhất ${LEAST_MEMORY_GB} GB`}`,
  };
}

function checkCache(cache: string): Finding {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
  } catch {
    return {
      check: "cache",
      state: "fault",
      en: `the cache folder ${cache} cannot be written: set NGATU_CACHE to a folder of your own`,
      vi: `không ghi được thư mục đệm ${cache}: hãy đặt NGATU_CACHE là thư mục của bạn`,
    };
  }
  const { bavail, bsize } = statfsSync(cache);
  const gb = (bavail * bsize) / 1e9;
  const ok = gb >= LEAST_FREE_GB;
  return {
    check: "cache",
    state: ok ? "ok" : "fault",
    en: `cache folder ${cache}, ${gb.toFixed(1)} GB free${ok ? "" : `: ${LEAST_FREE_GB} GB are needed`}`,
    vi: `thư mục đệm ${cache}, còn trống ${gb.toFixed(1)} GB${ok ? "" : `: cần ${LEAST_FREE_GB} GB`}`,
  };
}

function checkProgram(name: ProgramName, cache: string): Finding {
  const present = isPresent(name, cache);
  const where = findProgram(name, process.env["PATH"]) ?? name;
  return {
    check: name,
    state: present ? "ok" : "fault",
    en: present
      ? `${name}: ${where}`
      : `${name} is missing: \`ngatu setup\` fetches it, or install Debian's package ${name}`,
    vi: present
      ? `${name}: ${where}`
      : `thiếu ${name}: chạy \`ngatu setup\`, hoặc cài gói ${name} của Debian`,
  };
}

function checkApt(cache: string): Finding {
  const needed = !isPresent("ffmpeg", cache) || !isPresent("mosquitto", cache);
  const found =
    findProgram("apt-get", process.env["PATH"]) !== undefined &&
    findProgram("dpkg", process.env["PATH"]) !== undefined;
  return {
    check: "apt",
    state: found ? "ok" : needed ? "fault" : "warning",
    en: found
      ? "apt-get can fetch missing programs"
      : "no apt-get here: missing programs must be installed by hand",
    vi: found
      ? "có apt-get để tải chương trình còn thiếu"
      : "không có apt-get: phải tự cài chương trình còn thiếu",
  };
}

function checkMedia(cache: string): Finding[] {
  return readMedia().map((clip) => {
    const present = existsSync(join(mediaFolder(cache), clip.file));
    return {
      check: `media-${clip.name}`,
      state: present ? "ok" : "warning",
      en: `sample clip ${clip.file}: ${present ? "here" : "not here; only the demo needs it and fetches it"}`,
      vi: `đoạn phim mẫu ${clip.file}: ${present ? "đã có" : "chưa có; chỉ bản trình diễn cần và sẽ tự tải"}`,
    };
  });
}

/** Asks no network: a model that is not here is fetched when it is first needed. */
async function checkModels(cache: string): Promise<Finding[]> {
  const store = createModelStore({ cache });
  const findings: Finding[] = [];
  for (const task of ["detect", "face-detect", "face-embed"] as const) {
    const check = `model-${task}`;
    try {
      const { model } = await store.choose(task, { network: false });
      findings.push({
        check,
        state: "ok",
        en: `model for ${task}: ${model.name}`,
        vi: `mô hình ${task}: ${model.name}`,
      });
    } catch (cause) {
      if (!(cause instanceof ModelError)) throw cause;
      findings.push({
        check,
        state: "warning",
        en: `no model for ${task} here yet: \`ngatu models pull\` fetches it`,
        vi: `chưa có mô hình ${task}: chạy \`ngatu models pull\``,
      });
    }
  }
  return findings;
}

async function checkLoopback(): Promise<Finding> {
  const error = await new Promise<Error | undefined>((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen(0, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
  return {
    check: "loopback",
    state: error === undefined ? "ok" : "fault",
    en:
      error === undefined
        ? "ports on 127.0.0.1 can be opened"
        : `no port on 127.0.0.1 can be opened: ${error.message}`,
    vi:
      error === undefined
        ? "mở được cổng trên 127.0.0.1"
        : `không mở được cổng trên 127.0.0.1: ${error.message}`,
  };
}
