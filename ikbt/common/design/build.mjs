// Rebuilds the vendored files: our theme, the components we use, the font. Run: npm ci && npm run build
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "lightningcss";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "..", "static", "vendor");
const packages = join(here, "node_modules");

// Order and layers follow the package's own index.css.
const base = ["base", "heading", "label", "paragraph", "validation-message"];
const components = [
  "link", "list", "divider", "input", "fieldset", "field", "button", "alert", "card", "tag",
  "table", "details", "breadcrumbs", "error-summary",
];

const version = (name) => JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")).version;

function source(name) {
  return readFileSync(join(packages, "@digdir/designsystemet-css/dist/src", `${name}.css`), "utf8");
}

function layer(name, files) {
  return `@layer ${name}{${files.map(source).join("\n")}}`;
}

function theme() {
  const cli = join(packages, "@digdir/designsystemet/dist/bin/designsystemet.js");
  const run = (...words) => execFileSync(process.execPath, [cli, "tokens", ...words], { cwd: here });
  rmSync(join(here, "build"), { recursive: true, force: true });
  run("create", "--clean");
  run("build", "--tokens", "build/design-tokens", "--out-dir", "build/css", "--clean");
  const css = readFileSync(join(here, "build/css/ikbt.css"), "utf8").replace('@charset "UTF-8";', "");
  // Paper is white: who reads at night may still print.
  return css.replaceAll("@media (prefers-color-scheme: dark)", "@media screen and (prefers-color-scheme: dark)");
}

function seal(folder, name) {
  const files = readdirSync(folder).filter((file) => file !== "SHA256SUMS" && file !== "VERSION").sort();
  const sums = files.map((file) => {
    const hash = createHash("sha256").update(readFileSync(join(folder, file))).digest("hex");
    return `${hash}  ${file}\n`;
  });
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  writeFileSync(join(folder, "VERSION"), `${name} ${version(name)}\n`);
}

function fresh(name) {
  const folder = join(vendor, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

const system = fresh("designsystemet");
const css = [
  "@layer ds.theme, ds.base, ds.components;",
  theme(),
  layer("ds.base", base),
  layer("ds.components", components),
].join("\n");
const { code } = transform({ filename: "designsystemet.css", code: Buffer.from(css), minify: true });
writeFileSync(join(system, "designsystemet.css"), code);
cpSync(join(packages, "@digdir/designsystemet-css/LICENSE"), join(system, "LICENSE"));
seal(system, "@digdir/designsystemet-css");

const figtree = fresh("figtree");
for (const part of ["latin", "latin-ext"]) {
  cpSync(
    join(packages, `@fontsource-variable/figtree/files/figtree-${part}-wght-normal.woff2`),
    join(figtree, `figtree-${part}.woff2`),
  );
}
cpSync(join(packages, "@fontsource-variable/figtree/LICENSE"), join(figtree, "LICENSE"));
seal(figtree, "@fontsource-variable/figtree");
rmSync(join(here, "build"), { recursive: true, force: true });
