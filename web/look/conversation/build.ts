import type { Tree } from "../reader/tree.ts";
import { ELEMENTS, isAllowed, SVG_ELEMENTS } from "./allowed.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Builds elements one by one from markup that was taken apart: what is not on the lists of `allowed.ts` does not come to be. */
export function nodesOf(trees: readonly Tree[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const tree of trees) append(tree, fragment, false);
  return fragment;
}

function append(tree: Tree, parent: ParentNode & Node, isInSvg: boolean): void {
  if (typeof tree === "string") {
    parent.appendChild(document.createTextNode(tree));
    return;
  }
  const { tag, attributes, children } = tree;
  const isSvg = isInSvg || tag === "svg";
  const isKnown = (isSvg ? SVG_ELEMENTS : ELEMENTS).has(tag);
  if (!isKnown) {
    for (const child of children) append(child, parent, isInSvg);
    return;
  }
  const element = isSvg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of attributes) if (isAllowed(tag, name, value)) element.setAttribute(name, value);
  // what leads away tells nobody where from
  if (element instanceof HTMLAnchorElement && element.target !== "") element.rel = "noreferrer noopener";
  for (const child of children) append(child, element, isSvg);
  parent.appendChild(element);
}
