/*
 * node classic_scripts.mjs folder result module… makes one classic script of modules in a folder, with
 * all that they import or may import later: a page opened from disk loads no modules.
 */
import { build } from "esbuild";

const [folder, outfile, ...modules] = process.argv.slice(2);

await build({
  stdin: { contents: modules.map((name) => `import "./${name}.js";`).join("\n"), resolveDir: folder },
  outfile,
  bundle: true,
  format: "iife",
  minify: true,
  logLevel: "warning",
});
