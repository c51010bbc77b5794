// The page's sentences and limits, handed over by the server in attributes of the body.

const page = document.body.dataset;
const sentences = JSON.parse(page.texts);

export const limits = {
  characters: Number(page.maxCharacters),
  files: Number(page.maxFiles),
  megabytes: Number(page.maxMegabytes),
};
export const zone = page.zone;
export const language = document.documentElement.lang;

export function say(key, values = {}) {
  return sentences[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
