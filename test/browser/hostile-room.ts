import type { BundleEvent } from "../../src/bundle/manifest/manifest.ts";
import type { JsonObject } from "../../src/matrix/json.ts";
import { png } from "../support/pictures.ts";
import { ALICE, BOB, message, type SampleRoom } from "../unit/bundle/sample.ts";
import { about, file, html, reply, roomOf, text } from "./conversation-sample.ts";

/** Where everything that gets out would be seen to arrive. */
const OUTSIDE = "http://outside.invalid/";
const RUN = "window.hacked=1;document.title='hacked';alert(1)";

/** Markup that would run, load, send, hide or restyle something, if it could. */
const MARKUP: readonly string[] = [
  // scripts
  `<script>${RUN}</script>`,
  `<script src="${OUTSIDE}a.js"></script>`,
  `</script><script>${RUN}</script>`,
  `<!--</script><script>${RUN}</script>-->`,
  `<!--<script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="mxc://acme.test/x" onerror="${RUN}" onload="${RUN}">`,
  `<body onload="${RUN}"><b onmouseover="${RUN}" onfocus="${RUN}" autofocus tabindex=1>b</b>`,
  `<details open ontoggle="${RUN}"><summary>s</summary></details>`,
  `<video><source onerror="${RUN}"></video><audio src=x onerror="${RUN}">`,
  `<input autofocus onfocus="${RUN}"><select onfocus="${RUN}" autofocus><marquee onstart="${RUN}">`,
  `<iframe srcdoc="<script>parent.hacked=1</script>"></iframe><iframe src="javascript:parent.hacked=1"></iframe>`,
  `<object data="data:text/html,<script>top.hacked=1</script>"></object><embed src="${OUTSIDE}x.swf">`,
  `<template><script>${RUN}</script></template><noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  `<a id="book" name="rows">x</a><form id="find"><input name="query"></form><p id="conversation">x</p>`,
  // addresses
  `<a href="javascript:${RUN}">x</a><a href="JaVa\tScRiPt:${RUN}">x</a><a href="&#106;avascript:${RUN}">x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">x</a><a href="vbscript:x">x</a><a href="//outside.invalid/">x</a>`,
  `<base href="${OUTSIDE}"><meta http-equiv="refresh" content="0;url=${OUTSIDE}"><link rel=stylesheet href="${OUTSIDE}a.css">`,
  `<img src="${OUTSIDE}pixel.png"><img srcset="${OUTSIDE}pixel.png 2x"><table background="${OUTSIDE}b.png"><tr><td>x`,
  `<form action="${OUTSIDE}"><button formaction="javascript:${RUN}">x</button></form>`,
  // styles
  `<style>body{display:none}@import "${OUTSIDE}a.css";</style>`,
  `<p style="position:fixed;inset:0;background:url(${OUTSIDE}s.png)">x</p>`,
  `<span data-mx-color="red;background:url(${OUTSIDE}c.png)" class="top skip" id="results">x</span>`,
  // SVG
  `<svg onload="${RUN}"><script>${RUN}</script><a xlink:href="javascript:${RUN}"><text>x</text></a></svg>`,
  `<svg><animate onbegin="${RUN}" attributeName=x dur=1s><set attributeName=href to="javascript:${RUN}"></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>${RUN}</script></svg>#x"/></svg>`,
  `<svg><foreignObject><iframe srcdoc="<script>top.hacked=1</script>"></iframe></foreignObject></svg>`,
];

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script><image href="${OUTSIDE}i.png"/></svg>`;
const PAGE = `<!doctype html><script>${RUN};opener&&(opener.hacked=1)</script><img src="${OUTSIDE}h.png">`;

/** A room in which everything that people can write is hostile: bodies, names, topics, keys, questions, reasons, file names, files. */
export function hostileRoom(): SampleRoom {
  const room = roomOf([]);
  room.media.push({ name: "x.png", mimetype: "image/png", uri: "mxc://acme.test/x", bytes: png(8, [1, 2, 3]) });
  const all = MARKUP.join("");
  const removal = message(901, BOB, { redacts: "$event-900", reason: all }, { type: "m.room.redaction" });
  const state = (number: number, type: string, content: JsonObject, stateKey = ""): BundleEvent =>
    message(number, BOB, content, { type, state_key: stateKey });
  room.state.push(state(713, "m.room.pinned_events", { pinned: ["$event-10", all, "__proto__", { a: all }] }));
  room.head = (head) => {
    head.room.name = all;
    head.room.topic = all;
    for (const sender of head.senders.values()) sender.display_name = `${MARKUP[0]}${MARKUP[5]}`;
  };
  const files: [string, string, string, Buffer][] = [
    ["m.image", "image.svg", "image/svg+xml", Buffer.from(SVG)],
    ["m.image", "page.html", "image/png", Buffer.from(PAGE)],
    ["m.image", 'x" onerror="alert(1).png', "image/png", Buffer.from(`${PAGE} `)],
    ["m.file", "page.xhtml", "application/xhtml+xml", Buffer.from(`${SVG} `)],
    ["m.file", "noname", "text/html", Buffer.from(`${PAGE}  `)],
    ["m.video", "film.svg", "video/mp4", Buffer.from(`${SVG}  `)],
    ["m.audio", "sound.htm", "audio/ogg", Buffer.from(`${PAGE}   `)],
    // a picture for who looks at its beginning, a page for who goes by its name
    ["m.image", "both.html", "image/gif", Buffer.from(`GIF89a/*${PAGE}*/`)],
  ];
  room.events.push(
    state(3, "m.room.member", { membership: "join", displayname: all, avatar_url: "javascript:alert(1)" }, BOB),
    state(4, "m.room.topic", { topic: all }),
    state(5, "m.room.name", { name: all }),
    state(6, `org.test.<img src=x onerror=${RUN}>`, { x: all }),
    ...MARKUP.flatMap((markup, at) => [
      message(10 + at * 10, ALICE, html(markup, markup)),
      message(11 + at * 10, BOB, text(markup, reply(10 + at * 10))),
    ]),
    message(700, ALICE, text(all, about(10, "m.thread"))),
    message(701, ALICE, { ...text(all), "m.new_content": html(all, all), ...about(20, "m.replace") }),
    message(702, BOB, about(10, "m.annotation", { key: MARKUP[5] ?? "" }), { type: "m.reaction" }),
    message(703, ALICE, { msgtype: "m.location", body: all, geo_uri: `javascript:${RUN}` }),
    message(704, ALICE, { msgtype: "m.emote", body: all }),
    message(705, ALICE, text(`javascript:${RUN} http://x"onmouseover="${RUN} https://a.test/<script>${RUN}</script>`)),
    message(
      706,
      ALICE,
      { "m.poll": { question: { "m.text": [{ body: all }] }, answers: [{ "m.id": all, "m.text": [{ body: all }] }] } },
      { type: "m.poll.start" },
    ),
    message(708, ALICE, {
      ...html(`${all}: ${all}`, all),
      "com.beeper.per_message_profile": { id: all, displayname: all, avatar_url: "javascript:1", has_fallback: true },
    }),
    message(709, ALICE, {
      msgtype: "m.gallery",
      body: all,
      itemtypes: [
        { itemtype: "m.image", body: all, url: "mxc://acme.test/x", info: { w: `1" onload="${RUN}` } },
        all,
        {},
      ],
    }),
    message(
      710,
      ALICE,
      { ...about(10, "m.annotation", { key: "mxc://acme.test/x" }), shortcode: all },
      { type: "m.reaction" },
    ),
    message(711, ALICE, {
      msgtype: "m.location",
      body: "x",
      geo_uri: `geo:1,2"onmouseover="${RUN}`,
      "org.matrix.msc3488.location": { description: all },
    }),
    message(
      712,
      ALICE,
      html("x", `<a href="https://matrix.to/#/!a:b/$event-10?${all}">x</a><a href="matrix:r/a/e/event-10">x</a>`),
    ),
    state(713, "m.room.pinned_events", { pinned: ["$event-10", all, "__proto__", { a: all }] }),
    message(707, BOB, { "m.selections": [all], ...about(706, "m.reference") }, { type: "m.poll.response" }),
    message(900, ALICE, {}, { unsigned: { redacted_because: removal as unknown as JsonObject } }),
    removal,
  );
  room.events.push(
    ...files.map(([msgtype, name, mimetype, bytes], at) =>
      message(800 + at, BOB, {
        ...file(room, msgtype, name, bytes, { mimetype }),
        info: { w: `1" onload="${RUN}`, mimetype },
      }),
    ),
  );
  return room;
}
