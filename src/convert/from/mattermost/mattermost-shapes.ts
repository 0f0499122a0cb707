import { z } from "zod";

/** The lines of a Mattermost bulk export (JSON Lines, version 1), as far as they are read here. */
const text = z.string().nullish();
const time = z.number().int().nullish();
const reaction = z.object({ user: z.string(), create_at: time, emoji_name: z.string() });
const attachment = z.object({ path: z.string() });

const reply = z.object({
  user: z.string(),
  type: text,
  message: text,
  create_at: z.number().int(),
  edit_at: time,
  reactions: z.array(reaction).nullish(),
  attachments: z.array(attachment).nullish(),
  is_pinned: z.boolean().nullish(),
  props: z.unknown().optional(),
});
export type MattermostPost = z.infer<typeof reply>;

const post = reply.extend({
  replies: z.array(reply).nullish(),
  team: text,
  channel: text,
  channel_members: z.array(z.string()).nullish(),
});
export type MattermostThread = z.infer<typeof post>;

export const LINE_TYPE = z.object({ type: z.string() });
export const CHANNEL = z.object({
  channel: z.object({ team: z.string(), name: z.string(), display_name: text, header: text, purpose: text }),
});
export const DIRECT_CHANNEL = z.object({
  direct_channel: z.object({
    members: z.array(z.string()).nullish(),
    participants: z.array(z.object({ username: z.string() })).nullish(),
    header: text,
  }),
});
export const USER = z.object({
  user: z.object({
    username: z.string(),
    nickname: text,
    first_name: text,
    last_name: text,
    profile_image: text,
  }),
});
export const POST = z.object({ post });
export const DIRECT_POST = z.object({ direct_post: post });
/** What integrations put into the props of a post. */
export const PROPS = z.object({
  attachments: z.array(z.object({ fallback: text, pretext: text, title: text, text: text })).nullish(),
});
