// KERN's stylesheet -> logical properties, sRGB colours, only the classes in kern-classes.txt, only the tokens in use.
// usage: node css.mjs <kern.css> <kern-classes.txt> <teilhabe.css> <out>
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import postcss from "postcss";
import selectorParser from "postcss-selector-parser";
import { transform } from "lightningcss";

const [source, classFile, ownFile, out] = process.argv.slice(2);
const root = postcss.parse(readFileSync(source, "utf8"));
const lines = readFileSync(classFile, "utf8").split("\n").map((l) => l.replace(/#.*/, "").trim()).filter(Boolean);
const allowed = new Set(lines.flatMap((l) => l.split(/\s+/)));
const own = existsSync(ownFile) ? readFileSync(ownFile, "utf8") : "";

// 1. Keep a selector only if every class it needs is allowed (classes inside :not() do not count).
const needed = (selector) => {
  const classes = [];
  selector.walkClasses((node) => {
    for (let p = node.parent; p; p = p.parent) if (p.type === "pseudo" && [":not", ":is", ":where"].includes(p.value)) return;
    classes.push(node.value);
  });
  return classes;
};
root.walkComments((c) => c.remove());
root.walkAtRules("charset", (r) => r.remove());
root.walkRules((rule) => {
  if (rule.parent.type === "atrule" && /keyframes/.test(rule.parent.name)) return;
  const kept = [];
  selectorParser((list) => {
    list.each((s) => { if (needed(s).every((c) => allowed.has(c))) kept.push(String(s).trim()); });
  }).processSync(rule.selector);
  if (!kept.length) rule.remove();
  else rule.selector = kept.join(",");
});

// 2. Physical -> logical, so that one stylesheet serves both reading directions.
const split = (value) => {
  const parts = []; let depth = 0, word = "";
  for (const ch of value) {
    if (ch === "(") depth++;
    if (ch === ")") depth--;
    if (/\s/.test(ch) && !depth) { if (word) parts.push(word); word = ""; } else word += ch;
  }
  if (word) parts.push(word);
  return parts;
};
const names = [
  [/^(margin|padding|scroll-margin|scroll-padding)-left$/, "$1-inline-start"],
  [/^(margin|padding|scroll-margin|scroll-padding)-right$/, "$1-inline-end"],
  [/^border-left(-(?:color|style|width))?$/, "border-inline-start$1"],
  [/^border-right(-(?:color|style|width))?$/, "border-inline-end$1"],
  [/^left$/, "inset-inline-start"], [/^right$/, "inset-inline-end"],
  [/^border-top-left-radius$/, "border-start-start-radius"], [/^border-top-right-radius$/, "border-start-end-radius"],
  [/^border-bottom-left-radius$/, "border-end-start-radius"], [/^border-bottom-right-radius$/, "border-end-end-radius"],
];
root.walkDecls((d) => {
  for (const [pattern, name] of names) if (pattern.test(d.prop)) { d.prop = d.prop.replace(pattern, name); break; }
  if ((d.prop === "text-align" || d.prop === "float") && /^(left|right)$/.test(d.value))
    d.value = (d.prop === "float" ? "inline-" : "") + (d.value === "left" ? "start" : "end");
  const important = d.important;
  if (/^(margin|padding|border-radius)$/.test(d.prop)) {
    const v = split(d.value);
    if (d.prop !== "border-radius" && v.length === 4 && v[1] !== v[3]) {
      d.cloneBefore({ prop: d.prop + "-block", value: v[0] === v[2] ? v[0] : `${v[0]} ${v[2]}`, important });
      d.replaceWith(d.clone({ prop: d.prop + "-inline", value: `${v[3]} ${v[1]}`, important }));
    } else if (d.prop === "border-radius" && v.length > 1) {
      const [tl, tr, br = tl, bl = tr] = v;
      const corners = { "start-start": tl, "start-end": tr, "end-end": br, "end-start": bl };
      for (const [k, value] of Object.entries(corners)) d.cloneBefore({ prop: `border-${k}-radius`, value, important });
      d.remove();
    }
  }
});

// 3. oklch() constants -> hex: shorter, and known to every browser. KERN's palette lies inside sRGB.
const hex = (l, c, h) => {
  const r = (h * Math.PI) / 180, a = c * Math.cos(r), b = c * Math.sin(r);
  const [L, M, S] = [l + 0.3963377774 * a + 0.2158037573 * b, l - 0.1055613458 * a - 0.0638541728 * b, l - 0.0894841775 * a - 1.291485548 * b].map((x) => x ** 3);
  return "#" + [4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S, -1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S, -0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S]
    .map((x) => Math.round(255 * Math.min(1, Math.max(0, x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055))).toString(16).padStart(2, "0")).join("");
};
root.walkDecls((d) => {
  d.value = d.value.replace(/oklch\(\s*([\d.]+)%\s+([\d.]+)\s+([\d.]+)\s*\)/g, (_, l, c, h) => hex(l / 100, +c, +h));
});

// 4. Fallbacks of tokens that are defined, then tokens nobody reads (until nothing changes).
const defined = new Set();
root.walkDecls(/^--/, (d) => { defined.add(d.prop); });
root.walkDecls((d) => {
  let before;
  do { before = d.value; d.value = d.value.replace(/var\((--[\w-]+),\s*[^()]*\)/g, (m, n) => (defined.has(n) ? `var(${n})` : m)); } while (before !== d.value);
});
for (let changed = true; changed; ) {
  changed = false;
  const read = new Set(own.match(/--kern-[\w-]+/g) ?? []);
  root.walkDecls((d) => { for (const m of d.value.matchAll(/var\((--[\w-]+)/g)) read.add(m[1]); });
  root.walkDecls(/^--/, (d) => { if (!read.has(d.prop)) { d.remove(); changed = true; } });
}
// The faces are declared by fonts.py; KERN repeats it in each rule.
root.walkDecls("font-family", (d) => { if (d.parent.selector !== "*:not(i)" && /font-family-default/.test(d.value)) d.remove(); });
for (let changed = true; changed; ) {
  changed = false;
  root.walk((n) => { if (n.nodes && !n.nodes.length) { n.remove(); changed = true; } });
}

const { code } = transform({ filename: "kern.css", code: Buffer.from(root.toString()), minify: true });
const head = "/*! KERN @kern-ux/native 2.7.2, EUPL-1.2, (c) the KERN team. Changed by ui/assets/css.mjs: logical properties, sRGB colours, unused rules removed. */\n";
writeFileSync(out, head + code + "\n");
