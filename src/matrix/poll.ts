/** Polls, in the unstable (MSC3381, what clients send) and the stable (Matrix 1.7 and later drafts) spelling. */
import { extensibleText } from "./text/extensible-text.ts";
import { member, objectMember, stringMember, type JsonObject, type JsonValue } from "./json.ts";

const UNSTABLE = "org.matrix.msc3381.poll.";

export const isPollStart = (type: string): boolean => type === "m.poll.start" || type === UNSTABLE + "start";
export const isPollResponse = (type: string): boolean => type === "m.poll.response" || type === UNSTABLE + "response";
export const isPollEnd = (type: string): boolean => type === "m.poll.end" || type === UNSTABLE + "end";

/** The block of a start event that holds question and answers. */
export function pollBlock(content: JsonObject): JsonObject | undefined {
  return objectMember(content, UNSTABLE + "start") ?? objectMember(content, "m.poll");
}

export interface PollAnswer {
  id: string;
  text: string;
}

/** The answers of a start event that have an id. */
export function pollAnswers(content: JsonObject): PollAnswer[] {
  const answers = member(pollBlock(content), "answers");
  if (!Array.isArray(answers)) return [];
  return answers.flatMap((answer) => {
    const id = answerId(answer);
    return id === undefined ? [] : [{ id, text: extensibleText(answer) ?? id }];
  });
}

export function answerId(answer: JsonValue): string | undefined {
  return stringMember(answer, "id") ?? stringMember(answer, "m.id");
}

/** How many answers one vote may hold; 1 where it is not said. */
export function maxSelections(content: JsonObject): number {
  const max = member(pollBlock(content), "max_selections");
  return typeof max === "number" && max >= 1 ? Math.floor(max) : 1;
}

const DISCLOSED = [`${UNSTABLE}disclosed`, "m.poll.disclosed", "m.disclosed"];

/** Do people see the votes before the poll has ended? Not where it is not said. */
export function isDisclosed(content: JsonObject): boolean {
  return DISCLOSED.includes(stringMember(pollBlock(content), "kind") ?? "");
}

/** The answer ids of a response. */
export function selections(content: JsonObject): string[] {
  const list = member(objectMember(content, UNSTABLE + "response"), "answers") ?? member(content, "m.selections");
  return Array.isArray(list) ? list.filter((id) => typeof id === "string") : [];
}

/** The question of a start event. */
export function pollQuestion(content: JsonObject): string {
  const question = objectMember(pollBlock(content), "question");
  return extensibleText(question) ?? extensibleText(content) ?? "";
}
