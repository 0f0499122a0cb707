import { Parser } from "htmlparser2";
import type { Html } from "../../../src/render/pages/message/html.ts";

/** Markup taken apart: a text, or an element. */
export type Tree = string | { tag: string; attributes: [name: string, value: string][]; children: Tree[] };

/** The elements and texts of markup that src/render made, so that the page builds them one by one and never parses markup. */
export function treeOf(markup: Html): Tree[] {
  const root: Tree[] = [];
  const open = [root];
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        const children: Tree[] = [];
        open.at(-1)?.push({ tag, attributes: Object.entries(attributes), children });
        open.push(children);
      },
      ontext(text) {
        const siblings = open.at(-1) ?? root;
        const last = siblings.at(-1);
        // an entity comes as a text of its own
        if (typeof last === "string") siblings[siblings.length - 1] = last + text;
        else siblings.push(text);
      },
      onclosetag() {
        open.pop();
      },
    },
    // SVG has names with capitals
    { lowerCaseTags: false, lowerCaseAttributeNames: false, recognizeSelfClosing: true },
  );
  parser.end(markup.text);
  return root;
}
