// How the screen is built: one page whose files come from this server only.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "../../dist/screen",
    emptyOutDir: true,
    // The content security policy has no room for inlined modules; light-dark() stays as written.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: ["chrome123", "firefox128", "safari18"],
    cssTarget: ["chrome123", "firefox128", "safari18"],
  },
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8080" } },
});
