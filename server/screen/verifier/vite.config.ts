// Builds the page that checks evidence: one HTML file with its script inside, so that it opens from a stick without a network.
import { defineConfig, type Plugin } from "vite";

/** Puts the one script into the page, at its end; the file of its own goes. */
function inlined(): Plugin {
  return {
    name: "inlined-script",
    enforce: "post",
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const page = files.find((file) => file.fileName.endsWith(".html"));
      const [script, ...others] = files.filter((file) => file.type === "chunk");
      if (page?.type !== "asset" || script === undefined || others.length > 0)
        throw new Error("the page is one HTML file and one script");
      const html = String(page.source).replace(/<script[^>]*src=[^>]*><\/script>\s*/, "");
      // A script ends at the first `</script`, wherever it stands.
      const code = script.code.replaceAll("</script", "<\\/script");
      const end = html.lastIndexOf("</body>");
      page.source = `${html.slice(0, end)}<script type="module">${code}</script>\n${html.slice(end)}`;
      page.fileName = "verify.html";
      Reflect.deleteProperty(bundle, script.fileName);
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [inlined()],
  logLevel: "warn",
  build: {
    outDir: "../../../dist/verifier",
    emptyOutDir: true,
    modulePreload: false,
    target: ["chrome109", "firefox115", "safari16"],
  },
});
