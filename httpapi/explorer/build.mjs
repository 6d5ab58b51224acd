// Bundles the explorer into dist/: scripts and workers as modules that share
// their common parts, each named by a hash of its content and compressed, and
// manifest.json, which says what the page refers to.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

// GraphiQL's style sheet carries its own copy of Monaco's styles and, inside,
// 380 kB of text fonts. The system's fonts do; only the icons' is kept.
const lightStyles = {
  name: "light styles",
  setup(build) {
    build.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, "utf8");
      const isIconFont = (rule) => /font-family:\s*["']?codicon/.test(rule);
      return {
        loader: "css",
        contents: css.replace(/@font-face\s*\{[^}]*\}/g, (rule) => (isIconFont(rule) ? rule : "")),
      };
    });
    build.onLoad({ filter: /monaco-editor[\\/].*\.css$/ }, () => ({ loader: "css", contents: "" }));
  },
};

const entries = {
  explorer: "src/explorer.jsx",
  graphql: "monaco-graphql/esm/graphql.worker.js",
  json: "monaco-editor/esm/vs/language/json/json.worker.js",
  editor: "monaco-editor/esm/vs/editor/editor.worker.js",
};

const { outputFiles, metafile } = await esbuild.build({
  entryPoints: entries,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "dataurl", ".woff": "dataurl", ".woff2": "dataurl" },
  entryNames: "[name]-[hash]",
  chunkNames: "explorer-[hash]",
  legalComments: "none",
  plugins: [lightStyles],
  outdir: "dist",
  metafile: true,
  write: false,
  logLevel: "warning",
});

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
for (const { path: file, contents } of outputFiles) {
  if (contents.length === 0) continue; // the emptied styles of lazy parts
  await writeFile(path.join("dist", path.basename(file) + ".gz"), gzipSync(contents, { level: 9 }));
}

const manifest = { workers: {} };
for (const [file, output] of Object.entries(metafile.outputs)) {
  const name = Object.keys(entries).find((n) => entries[n] === output.entryPoint || output.entryPoint?.endsWith("/" + entries[n]));
  if (name === "explorer") {
    manifest.script = path.basename(file);
    manifest.style = path.basename(output.cssBundle);
  } else if (name) {
    manifest.workers[name] = path.basename(file);
  }
}
await writeFile("dist/manifest.json", JSON.stringify(manifest, null, 2) + "\n");

// The licences of every package that has a part in the bundle.
const packages = new Map();
for (const input of Object.keys(metafile.inputs)) {
  const folder = input.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
  if (!folder) continue;
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  packages.set(`${about.name} ${about.version}`, [folder, about]);
}
let text = "The explorer that Palier serves contains parts of these packages.\n";
for (const title of [...packages.keys()].sort()) {
  const [folder, about] = packages.get(title);
  text += `\n${"=".repeat(72)}\n${title} (${about.license})\n\n`;
  const files = (await readdir(folder)).filter((f) => /^(licen[cs]e|copying|thirdpartynotices)/i.test(f)).sort();
  for (const file of files) text += (await readFile(path.join(folder, file), "utf8")).replace(/\r\n/g, "\n").trim() + "\n";
  if (files.length === 0) text += `Its package holds no licence text. ${about.homepage ?? about.repository?.url ?? ""}\n`;
}
await writeFile("THIRD-PARTY.txt", text);

const total = outputFiles.reduce((sum, f) => sum + f.contents.length, 0);
console.log(`${outputFiles.length} files, ${Math.round(total / 1024)} kB before compression, ${packages.size} packages`);
