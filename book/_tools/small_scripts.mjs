/*
 * node small_scripts.mjs file… takes comments, spaces and long local names out of modules, in place.
 * What a module exports keeps its name, because others import it.
 */
import { readFile, writeFile } from "node:fs/promises";
import { minify } from "terser";

for (const file of process.argv.slice(2)) {
  const { code } = await minify(await readFile(file, "utf8"), { module: true });
  await writeFile(file, code);
}
