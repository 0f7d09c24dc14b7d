// node run.mjs pyodide numpy packages project notebook…

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, numpy, packages, project, ...notebooks] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: pyodide });
for (const [place, folder] of Object.entries({ numpy, packages, project })) {
  python.FS.mkdir(`/${place}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, `/${place}`);
}
python.globals.set("notebooks", notebooks);
python.runPython(readFileSync(new URL("run.py", import.meta.url), "utf8"));
