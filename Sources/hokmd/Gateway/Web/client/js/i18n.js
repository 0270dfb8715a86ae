// Two languages. Persian runs right to left, with its own digits; names and codes stand isolated in
// a sentence, so that neither side's letters pull the other's about.

import { en } from "./en.js";
import { fa } from "./fa.js";

const LANGUAGES = { fa, en };
const DIRECTION = { fa: "rtl", en: "ltr" };
let language = "fa";

export const current = () => language;

export function setLanguage(name) {
  language = LANGUAGES[name] ? name : "fa";
  document.documentElement.lang = language;
  document.documentElement.dir = DIRECTION[language];
  document.title = t("title");
}

/// The digits of the language.
export function digits(value, of = language) {
  const text = String(value);
  return of === "fa" ? text.replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text;
}

/// Digits that people typed, Persian and Arabic ones too, as ASCII.
export const asciiDigits = (text) => text
  .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
  .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));

/// Text of unknown direction (a name) and text that is always left to right (a code), isolated.
export const isolate = (text) => `\u2068${text}\u2069`;
export const leftToRight = (text) => `\u2066${text}\u2069`;

/// The sentence under `key`, with `{name}` replaced. Numbers get the language's digits.
export function t(key, values = {}, of = language) {
  const sentence = LANGUAGES[of][key] ?? LANGUAGES.en[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? digits(value, of) : value;
  });
}

/// A player's name. Bots have names from old tales, which each language writes in its own letters.
export function playerName(player) {
  if (!player) return "";
  return player.bot && has(`bot.${player.name}`) ? t(`bot.${player.name}`) : player.name;
}

export const has = (key) => key in LANGUAGES[language];

export function rankName(rank, of = language) {
  const named = LANGUAGES[of][`rank.${rank}`];
  return named ?? digits(rank, of);
}

/// “queen of spades”, «بی‌بی پیک».
export const cardName = (card, of = language) =>
  t("card", { rank: rankName(card[0], of), suit: t(`suit.${card[1]}`, {}, of) }, of);
