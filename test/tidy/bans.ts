// Texts that product code must not contain, each with what to write instead and why.

export interface Ban {
  readonly text: RegExp;
  /** Where it is banned; files matched by `except` may contain it. */
  readonly where: RegExp;
  readonly except?: RegExp;
  readonly instead: string;
  readonly why: string;
}

const PRODUCT = /^(edge|server|models|contract|config|cli)\/.*\.tsx?$/;
const PURE = /^edge\/(geometry|track|rules|scene|event)\//;
const ALL = /\.tsx?$/;

export const BANS: readonly Ban[] = [
  {
    text: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    where: PURE,
    except: /^edge\/event\/health\.ts$/, // a change of state happens when it happens: replay has none
    instead: "the frame's tMs",
    why: "a replay must give the same bytes twice",
  },
  {
    text: /\bMath\.random\(/,
    where: PURE,
    instead: "a value passed in",
    why: "a replay must give the same bytes twice",
  },
  {
    text: /\.(on|once|addListener)\(\s*["'][\w:-]+["'],\s*async\b/,
    where: PRODUCT,
    instead: "a listener that enqueues and a loop that consumes",
    why: "nobody awaits it, so its error ends the process and its order is lost",
  },
  {
    text: /\.forEach\(\s*async\b|\bset(Timeout|Interval|Immediate)\(\s*async\b/,
    where: PRODUCT,
    instead: "a for loop with await, or a loop with a delay",
    why: "nobody awaits it",
  },
  {
    text: /(["'`])ngatu\/(v1|down|signal)\//,
    where: PRODUCT,
    except: /^contract\/|^server\/broker-files\.ts$/,
    instead: "contract/topics.ts",
    why: "topics are built and parsed in one place",
  },
  {
    text: /from "fluent-ffmpeg"/,
    where: PRODUCT,
    except: /^edge\/camera\/probe\.ts$/,
    instead: "edge/camera/probe.ts, or ffmpeg spawned and supervised",
    why: "the library is archived: one file may know it",
  },
  {
    text: /from "@photostructure\/sqlite"/,
    where: PRODUCT,
    except: /^edge\/outbox\/database\.ts$/,
    instead: "edge/outbox/database.ts",
    why: "the library has few users: one file may know it",
  },
  {
    text: /AbortSignal\.any\(.*AbortSignal\.timeout\(/,
    where: ALL,
    instead: "an AbortController that a timer aborts",
    why: "Node 20 lets the timeout be collected, and then it never comes (nodejs/node#57736)",
  },
  {
    text: /\bexport default\b/,
    where: PRODUCT,
    except: /\.config\.ts$/,
    instead: "a named export",
    why: "one name for one thing, in every file",
  },
  {
    text: /\bexport \* from\b/,
    where: ALL,
    instead: "an import from the file that has it",
    why: "barrels hide what depends on what",
  },
  {
    text: /@ts-(ignore|expect-error|nocheck)\b/,
    where: ALL,
    except: /^test\/tidy\//,
    instead: "the type",
    why: "the checks are there to be passed",
  },
  {
    text: /\beslint-disable\b(?!.* -- )/,
    where: ALL,
    except: /^test\/tidy\//,
    instead: "code the rule accepts, or the rule's name with ` -- ` and the reason",
    why: "an exception without a reason becomes the rule",
  },
  {
    text: new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX", "not" + " implemented"].join("|")})\\b`),
    where: ALL,
    instead: "the code, or an issue",
    why: "nobody reads them again",
  },
  {
    text: /\b(test|it|describe)\.(only|todo)\b/,
    where: /^test\//,
    instead: "the test",
    why: "the others would not run",
  },
  {
    text: /catch\s*(\([^)]*\))?\s*\{\s*\}/,
    where: PRODUCT,
    instead: "the fault as a value, or a comment in the block saying why nothing is to be done",
    why: "a swallowed error is found last",
  },
];

/** Names that say nothing of what is inside. */
export const BANNED_NAMES = /(^|\/)(utils?|helpers?|misc|[\w-]*-?(manager|handler|helper))(\.tsx?|\/)/;
