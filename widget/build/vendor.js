// Bundles each third-party package into one ES module under vendor/, once for a lock file: `npm run vendor`.
// An entry of packages/ holds re-exports alone, so the same text is the bundle's type declaration.
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const entries = await readdir(here("packages"));

await rm(here("../vendor"), { recursive: true, force: true });
await mkdir(here("../vendor"), { recursive: true });
await build({
  entryPoints: entries.map((name) => here(`packages/${name}`)),
  outdir: here("../vendor"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "eof",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
for (const name of entries) {
  await copyFile(here(`packages/${name}`), here(`../vendor/${name.replace(/\.js$/, ".d.ts")}`));
}
await copyFile(here("../node_modules/uplot/dist/uPlot.min.css"), here("../vendor/uplot.css"));
