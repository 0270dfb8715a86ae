// What a page must hold for those who cannot see it, or not well, or have thick fingers. The body of a
// function that returns findings; empty means all is well.

const findings = [];
const visible = (element) => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && style.display !== "none"
    && !element.closest("[aria-hidden=true], .sr, .spoken");
};
const describe = (element) =>
  `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} «${(element.innerText ?? "").slice(0, 30)}»`;

// Landmarks and language.
if (!["fa", "en"].includes(document.documentElement.lang)) findings.push("no language");
if (document.documentElement.dir !== (document.documentElement.lang === "fa" ? "rtl" : "ltr")) findings.push("wrong direction");
if (document.querySelectorAll("main").length !== 1) findings.push("not one main landmark");
if (!document.title) findings.push("no title");
if (!document.querySelector("[aria-live=polite]")) findings.push("no live region");
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) findings.push(`id twice: ${id}`);

// Every control has a name and is large enough for a finger.
const scope = document.querySelector("dialog[open]") ?? document;
for (const control of scope.querySelectorAll("button, input, summary, a[href]")) {
  if (!visible(control) || (control.type === "radio")) continue;
  const label = control.id && document.querySelector(`label[for="${control.id}"]`);
  const name = control.getAttribute("aria-label") ?? (control.innerText?.trim() || label?.innerText?.trim());
  if (!name) findings.push(`no name: ${describe(control)}`);
  const box = control.getBoundingClientRect();
  if (!control.matches("summary") && (box.width < 40 || box.height < 40)) {
    findings.push(`too small, ${Math.round(box.width)} by ${Math.round(box.height)}: ${describe(control)}`);
  }
}
for (const drawing of document.querySelectorAll("svg")) {
  if (!drawing.closest("[aria-hidden=true]")) findings.push(`a drawing without a meaning is read: ${describe(drawing)}`);
}

// Nothing sticks out at the side.
if (document.documentElement.scrollWidth > innerWidth) findings.push(`wider than the screen: ${document.documentElement.scrollWidth}`);

// Contrast of text (WCAG 2.2, 1.4.3): 4.5, and 3 for large letters.
const parse = (text) => {
  const srgb = /color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)/.exec(text);
  if (srgb) return [srgb[1] * 255, srgb[2] * 255, srgb[3] * 255, srgb[4] === undefined ? 1 : Number(srgb[4])];
  const rgb = text.match(/[\d.]+/g).map(Number);
  return [rgb[0], rgb[1], rgb[2], rgb[3] ?? 1];
};
const over = ([r, g, b, a], below) => [r, g, b].map((value, i) => value * a + below[i] * (1 - a));
const luminance = (colour) => {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
// The colours that may lie under an element: its own or its parents', each stop of a gradient.
const grounds = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    const stops = style.backgroundImage.match(/rgba?\([^)]*\)|color\(srgb[^)]*\)/g)?.map(parse).filter(([, , , a]) => a > 0.5);
    if (stops?.length) { layers.push(stops); break; }
    const colour = parse(style.backgroundColor);
    if (colour[3] > 0) layers.push([colour]);
    if (colour[3] === 1) break;
  }
  let below = [[255, 255, 255]];
  for (const layer of layers.reverse()) below = layer.flatMap((colour) => below.map((ground) => over(colour, ground)));
  return below;
};
const walker = document.createTreeWalker(scope === document ? document.body : scope, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.data.trim() || !visible(element) || element.closest("noscript, script, .free .avatar")) continue;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  for (const ground of grounds(element)) {
    const ratio = contrast(over(parse(style.color), ground), ground);
    if (ratio < wanted) {
      findings.push(`contrast ${ratio.toFixed(2)}, not ${wanted}: ${describe(element)} ${style.color}`);
      break;
    }
  }
}
return [...new Set(findings)];
