// Configuration files: every fault is found at once and named with its line.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError, formatFault } from "../../config/fault.ts";
import { loadBox, loadCamera, loadServer } from "../../config/load.ts";

const folder = mkdtempSync(join(tmpdir(), "ngatu-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function faultsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.faults.map((fault) => formatFault(fault).slice(folder.length + 1));
    throw error;
  }
  return [];
}

describe("a camera file", () => {
  it("is read whole when it is right", () => {
    const path = file(
      "good.yaml",
      [
        "camera: plaza-1",
        "source: rtsp://viewer@10.0.0.7/main",
        "picture: {width: 1280, height: 720}",
        "zones:",
        "  - {name: plaza, kind: crowd, polygon: [[0, 0], [1280, 0], [1280, 720]], capacity: 40}",
        "rules:",
        "  - {rule: crowd-over, zone: plaza}",
      ].join("\n"),
    );
    const camera = loadCamera(path);
    expect(camera.value.rules).toEqual([{ rule: "crowd-over", zone: "plaza" }]);
    expect(camera.fault(["rules", 0, "zone"], "plaza", "x").line).toBe(7);
  });

  it("names every fault with line, key, value and what is allowed", () => {
    const path = file(
      "bad.yaml",
      [
        "camera: Nga Tu",
        "source: a.mp4",
        "picture: {width: 1280, height: 8}",
        "zonez: []",
        "rules:",
        "  - {rule: crowd-over, zone: plaza, hold_s: -1}",
        "  - {rule: nope}",
      ].join("\n"),
    );
    const faults = faultsOf(() => loadCamera(path));
    expect(faults).toHaveLength(5);
    expect(faults).toContain(
      'bad.yaml:1: camera: "Nga Tu" is not allowed; allowed: text that matches ^[a-z0-9-]{1,40}$',
    );
    expect(faults).toContain(
      "bad.yaml:3: picture.height: 8 is not allowed; allowed: integer from 16 to 16384",
    );
    expect(faults.find((fault) => fault.includes("zonez"))).toMatch(
      /^bad\.yaml:4: .*no such key here; known: camera/,
    );
    expect(faults).toContain(
      "bad.yaml:6: rules.0.hold_s: -1 is not allowed; allowed: number from 0 to 86400",
    );
    expect(faults.find((fault) => fault.includes("rules.1.rule"))).toMatch(
      /^bad\.yaml:7: .*one of red-light/,
    );
  });

  it("refuses a signal with two sources", () => {
    const path = file(
      "two.yaml",
      [
        "camera: a",
        "source: a.mp4",
        "picture: {width: 640, height: 360}",
        "signals:",
        "  - name: north",
        "    from: {mqtt: c/1, lamps: {red: [1, 1, 5, 5]}}",
      ].join("\n"),
    );
    expect(faultsOf(() => loadCamera(path))).toHaveLength(1);
  });
});

describe("any file", () => {
  it("that is missing is named", () => {
    expect(faultsOf(() => loadBox(join(folder, "none.yaml")))[0]).toMatch(
      /^none\.yaml:1: \(file\): a file that does not exist/,
    );
  });

  it("that is not YAML is named with its line", () => {
    expect(faultsOf(() => loadBox(file("broken.yaml", "site: a\nbox: [1, 2\n")))[0]).toMatch(
      /^broken\.yaml:\d: \(YAML\)/,
    );
  });
});

describe("an address with a password in it", () => {
  it("is refused for the broker and for a destination, and not repeated", () => {
    const path = file(
      "secret.yaml",
      [
        'broker: {url: "mqtts://box:geheim@broker.example"}',
        "destinations:",
        '  - {name: ioc, url: "https://ngatu:geheim@ioc.example/hook", secret_file: ioc.secret}',
      ].join("\n"),
    );
    const faults = faultsOf(() => loadServer(path));
    expect(faults).toHaveLength(2);
    expect(faults.join("\n")).not.toContain("geheim");
    expect(faults[0]).toContain("://…@broker.example");
  });

  it("listens beyond loopback over TLS only, its own or a proxy's, and under names that it knows", () => {
    const faults = (listen: string): string[] =>
      faultsOf(() =>
        loadServer(file("server.yaml", `listen: {${listen}}\nbroker: {url: "mqtt://127.0.0.1:1883"}\n`)),
      );
    const names = "names: [ngatu.example]";
    expect(faults(`host: 0.0.0.0, ${names}`)).toEqual([
      'server.yaml:1: listen.host: "0.0.0.0" is not allowed; allowed: 127.0.0.1, ::1, or any with cert_file or behind_proxy: true',
    ]);
    expect(faults("host: 0.0.0.0, behind_proxy: true")[0]).toContain("listen.names");
    expect(faults(`cert_file: a.pem, ${names}`)[0]).toContain("cert_file and key_file, both or neither");
    expect(faults(`host: 0.0.0.0, cert_file: a, key_file: b, behind_proxy: true, ${names}`)[0]).toContain(
      "listen.behind_proxy",
    );
    expect(faults("host: ::1")).toEqual([]);
    expect(faults(`host: 0.0.0.0, behind_proxy: true, ${names}`)).toEqual([]);
    expect(faults(`host: 0.0.0.0, cert_file: a, key_file: b, ${names}`)).toEqual([]);
  });
});
