import type { JsonObject } from "../src/matrix/json.ts";
import { png, wav } from "../test/support/pictures.ts";
import type { SourceRoom } from "./source-room.ts";

/** What the sample, plain text, does not have: files, a thread, an edit, reactions, a redaction and a poll. */
export async function addMoreThanText(room: SourceRoom): Promise<void> {
  await shareFiles(room);
  await startThread(room);
  await editAndReact(room);
  await takeBack(room);
  await vote(room);
  await room.host.setState(room.roomId, "m.room.topic", { topic: "Hoary, hfs+ and a poll" });
}

async function shareFiles(room: SourceRoom): Promise<void> {
  const share = async (name: string, data: Buffer, mimetype: string, content: JsonObject): Promise<void> => {
    const url = await room.person(name).upload(data, mimetype);
    const info = { mimetype, size: data.length };
    await room.send(name, "m.room.message", { ...content, url, info });
  };
  await share("sgarrity", png(64, [240, 120, 30]), "image/png", { msgtype: "m.image", body: "my-imac.png" });
  await share("farruinn", Buffer.from("/dev/hda3 /osx hfsplus ro,users 0 0\n"), "text/plain", {
    msgtype: "m.file",
    filename: "fstab",
    body: "this is what I have",
  });
  const sound = wav(1500);
  await share("jdub", sound, "audio/wav", {
    msgtype: "m.audio",
    body: "Voice message.wav",
    "org.matrix.msc1767.audio": { duration: 1500, waveform: [0, 300, 900, 300, 0] },
    "org.matrix.msc3245.voice": {},
  });
}

async function startThread(room: SourceRoom): Promise<void> {
  // "k, I just wanted to know how 'stable' hfs+ support was"
  const root = room.event("l1170");
  let last = root;
  for (const [name, body] of [
    ["farruinn", "let us take this to a thread"],
    ["ctr", "so read-only for now?"],
    ["sid77", "yes, and a backup first :)"],
  ] as const) {
    const relation = {
      rel_type: "m.thread",
      event_id: root,
      is_falling_back: true,
      "m.in_reply_to": { event_id: last },
    };
    last = await room.send(name, "m.room.message", { msgtype: "m.text", body, "m.relates_to": relation });
  }
}

async function editAndReact(room: SourceRoom): Promise<void> {
  // wezzer named the wrong package, and scizzo noticed
  const body = "ctr: sudo apt-get install gstreamer0.8-mad";
  await room.send("wezzer", "m.room.message", {
    msgtype: "m.text",
    body: `* ${body}`,
    "m.new_content": { msgtype: "m.text", body },
    "m.relates_to": { rel_type: "m.replace", event_id: room.event("l1302") },
  });
  for (const [name, message, key] of [
    ["ctr", "l1303", "👍️"],
    ["wezzer", "l1303", "👍️"],
    ["crimsun", "l1303", "👍️"],
    ["sid77", "l1244", "🎉"],
    ["ctr", "l1244", "🎉"],
    ["jdub", "l1114", "❤️"],
  ] as const)
    await room.send(name, "m.reaction", {
      "m.relates_to": { rel_type: "m.annotation", event_id: room.event(message), key },
    });
}

async function takeBack(room: SourceRoom): Promise<void> {
  // "mount -t hfsplus 0o ro …", said right a second later
  await room.person("SGC|Work").redact(room.roomId, room.event("l1228"), "a typo: see below");
}

async function vote(room: SourceRoom): Promise<void> {
  const text = (body: string): JsonObject => ({ "m.text": [{ body }] });
  const poll = await room.send("RuffianSoldier", "m.poll.start", {
    ...text("GNOME or KDE?\n1. GNOME\n2. KDE"),
    "m.poll": {
      kind: "m.disclosed",
      max_selections: 1,
      question: text("GNOME or KDE?"),
      answers: [
        { "m.id": "gnome", ...text("GNOME") },
        { "m.id": "kde", ...text("KDE") },
      ],
    },
  });
  const relation = { "m.relates_to": { rel_type: "m.reference", event_id: poll } };
  for (const [name, choice] of [
    ["wezzer", "gnome"],
    ["crimsun", "gnome"],
    ["Qerub", "kde"],
    ["Synek", "gnome"],
    ["tritium", "kde"],
  ] as const)
    await room.send(name, "m.poll.response", { "m.selections": [choice], ...relation });
  await room.send("RuffianSoldier", "m.poll.end", { ...text("The poll has ended. Most votes: GNOME"), ...relation });
}
