// Elements are only ever made here, and words only ever enter them as text: nothing a person wrote becomes markup.

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(className, label, onclick) {
  return element("button", { type: "button", className, textContent: label, onclick });
}

// Many older browsers and every page on plain http lack the clipboard API.
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = element("textarea", { value: text, className: "hidden" });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

// crypto.randomUUID is missing on plain http; random values are not.
export function uniqueId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
