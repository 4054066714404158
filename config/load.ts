// Reads a YAML file against its schema and reports every fault with file, line, key, value and allowed range.
import { readFileSync } from "node:fs";
import { isMap, isScalar, isSeq, LineCounter, type Document, type Node, parseDocument } from "yaml";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Box, type BoxConfig } from "./box.ts";
import { Camera, type CameraConfig } from "./camera.ts";
import { ConfigError, type Fault } from "./fault.ts";
import { RULE_SCHEMAS, type RuleKind } from "./rule.ts";
import { Server, type ServerConfig } from "./server.ts";

/** A loaded file and the way back from a key path to its line, for faults that are found later. */
export interface Loaded<T> {
  readonly file: string;
  readonly value: T;
  /** The fault of a key (path of keys and indices), in this file. */
  fault(path: readonly (string | number)[], value: unknown, allowed: string): Fault;
}

const validators = new Map<TSchema, ReturnType<typeof Compile>>();
function validatorOf(schema: TSchema): ReturnType<typeof Compile> {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  return validator;
}

/** Reads `camera.yaml`; its rules are each checked against the schema of their kind. */
export function loadCamera(file: string): Loaded<CameraConfig> {
  const source = readYaml(file);
  const faults = check(source, Camera, source.json, []);
  const rules = (source.json as { rules?: unknown } | null)?.rules;
  if (Array.isArray(rules)) {
    rules.forEach((rule: unknown, index) => {
      const kind = (rule as { rule?: unknown } | null)?.rule;
      if (typeof kind === "string" && Object.hasOwn(RULE_SCHEMAS, kind)) {
        faults.push(...check(source, RULE_SCHEMAS[kind as RuleKind], rule, ["rules", index]));
      }
    });
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return loaded(source, source.json as CameraConfig);
}

export function loadBox(file: string): Loaded<BoxConfig> {
  return load(file, Box);
}

/** Beyond loopback people and evidence come over TLS only. */
export function loadServer(file: string): Loaded<ServerConfig> {
  const found = load(file, Server);
  const { listen = {}, evidence } = found.value;
  const faults = [
    ...tlsFaults(found, ["listen"], listen, listen.host, listen.behind_proxy),
    ...(evidence === undefined ? [] : tlsFaults(found, ["evidence"], evidence, evidence.listen.host)),
  ];
  const reached = listen.behind_proxy === true || !isLoopback(listen.host);
  if (reached && listen.names === undefined)
    faults.push(found.fault(["listen", "names"], undefined, "the names that browsers ask for it under"));
  if (faults.length > 0) throw new ConfigError(faults);
  return found;
}

function isLoopback(host = "127.0.0.1"): boolean {
  return ["127.0.0.1", "::1", "localhost"].includes(host);
}

function tlsFaults(
  found: Loaded<ServerConfig>,
  path: readonly string[],
  { cert_file: cert, key_file: key }: { readonly cert_file?: string; readonly key_file?: string },
  host: string | undefined,
  behindProxy?: boolean,
): Fault[] {
  const faults: Fault[] = [];
  if ((cert === undefined) !== (key === undefined))
    faults.push(
      found.fault(path, { cert_file: cert, key_file: key }, "cert_file and key_file, both or neither"),
    );
  if (cert !== undefined && behindProxy === true)
    faults.push(found.fault([...path, "behind_proxy"], true, "either a certificate or a proxy that has one"));
  if (cert === undefined && behindProxy !== true && !isLoopback(host)) {
    const instead =
      path[0] === "listen" ? ", or any with cert_file or behind_proxy: true" : ", or any with cert_file";
    faults.push(
      found.fault(
        [...path, ...(path[0] === "listen" ? [] : ["listen"]), "host"],
        host,
        `127.0.0.1, ::1${instead}`,
      ),
    );
  }
  return faults;
}

/** Reads any YAML file with a schema of its own. Throws {@link ConfigError} with every fault. */
export function load<S extends TSchema>(file: string, schema: S): Loaded<Static<S>> {
  const source = readYaml(file);
  const faults = check(source, schema, source.json, []);
  if (faults.length > 0) throw new ConfigError(faults);
  return loaded(source, source.json as Static<S>);
}

interface YamlSource {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly json: unknown;
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "a file that does not exist",
  EACCES: "a file that may not be read",
  EISDIR: "a folder",
};

function readYaml(file: string): YamlSource {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    const value = UNREADABLE[code] ?? code;
    throw new ConfigError([{ file, line: 1, key: "(file)", value, allowed: "a readable YAML file" }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        key: "(YAML)",
        value: error.message.split("\n")[0] ?? "",
        allowed: "well-formed YAML",
      })),
    );
  }
  return { file, document, lines, json: document.toJS() as unknown };
}

function loaded<T>(source: YamlSource, value: T): Loaded<T> {
  return {
    file: source.file,
    value,
    fault: (path, seen, allowed) => faultAt(source, path, seen, allowed),
  };
}

function faultAt(
  source: YamlSource,
  path: readonly (string | number)[],
  seen: unknown,
  allowed: string,
): Fault {
  return {
    file: source.file,
    line: lineOf(source, path),
    key: path.length === 0 ? "(file)" : path.join("."),
    value: show(seen),
    allowed,
  };
}

/** Whoever wrote a password into an address has to read about it without reading it. */
function show(value: unknown): string {
  const text = value === undefined ? "(absent)" : JSON.stringify(value).replace(/:\/\/[^@/\s"]*@/g, "://…@");
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** The line of the deepest node along `path` that exists; a key's own line where the key exists. */
function lineOf(source: YamlSource, path: readonly (string | number)[]): number {
  let node: unknown = source.document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === "number") {
      node = node.items[key];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return source.lines.linePos(offset).line;
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

function check(
  source: YamlSource,
  schema: TSchema,
  value: unknown,
  base: readonly (string | number)[],
): Fault[] {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  const faults = new Map<string, Fault>();
  for (const error of validator.Errors(value) as unknown as SchemaError[]) {
    for (const { path, allowed } of explain(error, schema)) {
      const seen = valueAt(value, path);
      const fault = faultAt(source, [...base, ...path], seen, allowed);
      // The first fault of a key is the most telling one; later ones follow from it.
      if (!faults.has(fault.key)) faults.set(fault.key, fault);
    }
  }
  return [...faults.values()];
}

function explain(error: SchemaError, schema: TSchema): { path: (string | number)[]; allowed: string }[] {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "additionalProperties":
      return (params["additionalProperties"] as string[]).map((key) => ({
        path: [...path, key],
        allowed: `no such key here; known: ${knownKeys(schema, path).join(" ")}`,
      }));
    case "required":
      return (params["requiredProperties"] as string[]).map((key) => ({
        path: [...path, key],
        allowed: "this key is required",
      }));
    case "boolean":
      return [];
    case "enum":
      return [{ path, allowed: `one of ${(params["allowedValues"] as unknown[]).map(String).join(" ")}` }];
    case "const":
      return [{ path, allowed: JSON.stringify(params["allowedValue"]) }];
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return [{ path, allowed: rangeOf(schemaAt(schema, path)) }];
    case "pattern":
      return [{ path, allowed: `text that matches ${String(schemaAt(schema, path)?.pattern)}` }];
    default:
      return [{ path, allowed: error.message.replace(/^must /, "") }];
  }
}

/** The parts of a JSON schema that explanations are made of. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly type?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

function schemaAt(schema: TSchema, path: readonly (string | number)[]): SchemaNode | undefined {
  let at: SchemaNode | undefined = schema;
  for (const key of path) at = typeof key === "number" ? at?.items : at?.properties?.[key];
  return at;
}

/** Keys that the schema knows at `path`. */
function knownKeys(schema: TSchema, path: readonly (string | number)[]): string[] {
  return Object.keys(schemaAt(schema, path)?.properties ?? {});
}

/** The allowed range in words: "integer from 16 to 16384". */
function rangeOf(node: SchemaNode | undefined): string {
  const low = node?.exclusiveMinimum === undefined ? node?.minimum : `above ${node.exclusiveMinimum}`;
  const high = node?.exclusiveMaximum === undefined ? node?.maximum : `below ${node.exclusiveMaximum}`;
  const parts = [node?.type ?? "number"];
  if (low !== undefined) parts.push(typeof low === "number" ? `from ${low}` : low);
  if (high !== undefined) parts.push(typeof high === "number" ? `to ${high}` : high);
  return parts.join(" ");
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) at = (at as Record<string | number, unknown> | null | undefined)?.[key];
  return at;
}
