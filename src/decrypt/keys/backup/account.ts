import { parseJson, stringMember, type JsonValue } from "../../../matrix/json.ts";
import { KeyError } from "../key-error.ts";

/** What a person's own account holds on the homeserver; it is only read. */
export interface Account {
  readonly userId: string;
  /** The answer to `GET /_matrix/client/v3<path>`; undefined where there is nothing. @throws KeyError */
  get(path: string): Promise<JsonValue | undefined>;
}

/** The sessions of the largest rooms are some 10 MB. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The account that this token belongs to. @throws KeyError */
export async function accountOf(url: string, token: string): Promise<Account> {
  const get = async (path: string): Promise<JsonValue | undefined> => {
    const where = `GET ${path.replaceAll(/[?].*$/g, "")}`;
    const response = await fetch(new URL(`/_matrix/client/v3${path}`, url), {
      headers: { authorization: `Bearer ${token}` },
      // the token is for this homeserver alone
      redirect: "error",
    }).catch(() => {
      throw new KeyError("account_unreachable", `(${where})`);
    });
    const text = await limited(response);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new KeyError("account_unreachable", `(${where}: ${response.status})`);
    try {
      return parseJson(text);
    } catch {
      throw new KeyError("account_unreachable", `(${where}: the answer is not JSON)`);
    }
  };
  const whoami = await get("/account/whoami");
  const userId = stringMember(whoami, "user_id");
  if (userId === undefined) throw new KeyError("account_unreachable", "(GET /account/whoami)");
  return { userId, get };
}

async function limited(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) throw new KeyError("backup_too_large", `(more than ${MOST_BYTES} bytes)`);
  }
  return text + decoder.decode();
}
