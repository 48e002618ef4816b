// The minified build: dist/ with the widget's page in one script and one sheet, and the loader: `npm run release`.
// PAYLATER_RELEASE names another folder.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const target = process.env.PAYLATER_RELEASE ?? here("../dist");

/** From the packages themselves, so that what is not used is left out. @type {import("esbuild").Plugin} */
const packages = {
  name: "packages",
  setup(build) {
    build.onResolve({ filter: /\/vendor\/\w+\.js$/ }, ({ path }) => ({ path: here(`packages/${path.split("/").at(-1)}`) }));
  },
};

/** Templates of lit: white space between tags and within sheets says nothing to a browser here. @type {import("esbuild").Plugin} */
const templates = {
  name: "templates",
  setup(build) {
    build.onLoad({ filter: /widget\/(app|elements)\/.*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: text.replace(/\bcss`([^`]*)`/g, (_all, sheet) => `css\`${sheet.replace(/\s+/g, " ")}\``) };
    });
  },
};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
/** @type {import("esbuild").BuildOptions} */
const common = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning" };
await build({ ...common, entryPoints: [here("../app/main.js")], outfile: `${target}/main.js`, format: "esm", plugins: [templates, packages] });
await build({ ...common, entryPoints: [here("../loader/paylater.js")], outfile: `${target}/paylater.js` });
const sheets = await Promise.all(["tokens", "widget"].map((name) => readFile(here(`../styles/${name}.css`), "utf8")));
await build({ ...common, stdin: { contents: sheets.join("\n"), loader: "css" }, outfile: `${target}/main.css` });
const page = (await readFile(here("../app/index.html"), "utf8"))
  .replace(/ *<link rel="stylesheet" href="\/widget\/styles\/tokens.css">\n/, "")
  .replace("/widget/styles/widget.css", "/widget/dist/main.css")
  .replace("/widget/app/main.js", "/widget/dist/main.js");
await writeFile(`${target}/index.html`, page);
for (const name of ["main.js", "main.css", "paylater.js"]) {
  console.log(`${name} ${gzipSync(await readFile(`${target}/${name}`)).length} bytes gz`);
}
