// Building the page without markup in strings: what the server sent only ever becomes text.

const SVG = "http://www.w3.org/2000/svg";

function put(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.setAttribute("class", value);
    else if (name === "text") element.textContent = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

/// An HTML element: h("button", { class, text, data, onclick, … }, …children).
export const h = (tag, properties, ...children) =>
  put(document.createElement(tag), properties, children);

/// The same for SVG.
export const s = (tag, properties, ...children) =>
  put(document.createElementNS(SVG, tag), properties, children);

/// Sets text, attribute or class only where it differs, so that screen readers and animations are
/// not disturbed by an update that changes nothing.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/// Rebuilds the children of `element` when `key` is another than the last time.
export function keyed(element, key, build) {
  const text = typeof key === "string" ? key : JSON.stringify(key);
  if (element.__key === text) return false;
  element.__key = text;
  element.replaceChildren(...[build()].flat().filter(Boolean));
  return true;
}

/// Restarts a CSS animation that a class name starts.
export function animate(element, name) {
  element.classList.remove(name);
  void element.getBoundingClientRect();
  element.classList.add(name);
}

export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
