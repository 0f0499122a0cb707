// The script of a rendered conversation: these files as one, in the order that src/render/pages/assets.ts gives them.
// What is put into the page as markup was made and cleaned by the program that wrote the document; what people wrote is set as text.

/**
 * @typedef {{ form: "pages" | "whole", page?: number, size: number, pages: { from: number | null, to: number | null }[] }} Book
 * @typedef {[item: number, ts: number, name: string, text: string]} Row
 */

/** @param {string} id */
export const byId = (id) => document.getElementById(id);
/** A data block of the document. @param {string} id @returns {unknown} */
export const dataOf = (id) => JSON.parse(byId(id)?.textContent ?? "null");

export const book = /** @type {Book} */ (dataOf("book"));
export const isWhole = book.form === "whole";
export const main = /** @type {HTMLElement} */ (byId("conversation"));

/** @param {number} number from 0 */
export const pageFile = (number) => (number === 0 ? "index.html" : `page-${number + 1}.html`);
/** @param {number} item */
export const pageOf = (item) => Math.floor(item / book.size);
