import type * as z from "zod/mini";
import { ApiError } from "./api-error.ts";

export interface Call {
  method?: string;
  token?: string;
  /** sent as JSON */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** @throws ApiError, also where nobody answers (status 0) */
export async function send(
  url: string,
  { method = "GET", token, body, headers, signal }: Call = {},
): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "NO_ANSWER", new URL(url, location.href).origin);
  });
  if (response.ok) return response;
  throw ApiError.of(response.status, await response.json().catch(() => undefined));
}

/** The same for an answer in this shape. */
export async function ask<T>(url: string, shape: z.ZodMiniType<T>, call: Call = {}): Promise<T> {
  const response = await send(url, call);
  return shape.parse(await response.json());
}
