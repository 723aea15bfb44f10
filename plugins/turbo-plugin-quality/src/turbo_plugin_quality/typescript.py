"""Asks the TypeScript compiler through its own API, since ``tsc`` writes for people only. Knows nothing of Turbo."""

from typing import Final

SCRIPT: Final = """
const path = require("path");
const ts = require(require.resolve("typescript", { paths: [process.cwd()] }));
const told = [];
const flat = (one) => ts.flattenDiagnosticMessageText(one.messageText, "\\n");
const add = (one) => {
  const at = one.file ? one.file.getLineAndCharacterOfPosition(one.start) : { line: -1, character: -1 };
  told.push({
    file: one.file ? one.file.fileName : "", line: at.line + 1, column: at.character + 1, code: one.code,
    category: ts.DiagnosticCategory[one.category].toLowerCase(), message: flat(one),
  });
};
const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: add };
const config = ts.getParsedCommandLineOfConfigFile(path.resolve(process.argv[1] || "tsconfig.json"), { noEmit: true }, host);
if (config) {
  const program = ts.createProgram({ rootNames: config.fileNames, options: config.options });
  [...config.errors, ...ts.getPreEmitDiagnostics(program)].forEach(add);
}
process.stdout.write(JSON.stringify(told));
"""
"""Writes the diagnostics of a project as one JSON list; its argument is the project's ``tsconfig.json``."""
