import { checkedUrl } from "../service/connection.ts";
import { CliError, EXIT } from "../exit.ts";
import { table, type Output } from "../output.ts";
import { readSecret } from "../secret-input.ts";
import { ServiceClient, type TokenHolder } from "../service/service-client.ts";
import { Tenants } from "../service/tenants.ts";
import type { World } from "../world.ts";

/** How long the service may take to say whose token it is, in milliseconds. */
const ANSWER_MS = 10_000;

/** Stores a profile, and says whose token it is. @throws CliError */
export async function addTenant(
  slug: string,
  options: { url: string; token?: string },
  world: World,
  output: Output,
): Promise<void> {
  const url = checkedUrl(options.url);
  const token = options.token ?? (await readSecret(`Token for ${slug} (it stays hidden): `, world));
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CliError(EXIT.usage, "that is not a valid token: it is empty, or holds spaces or other characters");
  const tenants = new Tenants(world.env);
  tenants.requireSlug(slug);
  const holder = await holderOf(new ServiceClient(url, token));
  const replaced = await tenants.set(slug, { url, token });
  output.note(`Tenant ${slug} is ${replaced ? "replaced" : "added"} in ${tenants.file}.`);
  output.note(typeof holder === "string" ? holder : described(holder, url));
  if (output.json) output.result("", { slug, url, ...(typeof holder === "string" ? {} : holder) });
}

/**
 * Whose token it is, or a sentence why that is not known: a service may be down, or older than the question.
 * @throws CliError where the service does not know the token
 */
async function holderOf(service: ServiceClient): Promise<TokenHolder | string> {
  try {
    return await service.whoami(AbortSignal.timeout(ANSWER_MS));
  } catch (error) {
    if (error instanceof CliError && error.errcode === "M_UNKNOWN_TOKEN") throw error;
    const reason = error instanceof CliError ? error.message : `no answer within ${ANSWER_MS / 1000} seconds`;
    return `Whose token it is could not be asked: ${reason}`;
  }
}

function described({ user_id, admin_token, permission }: TokenHolder, url: string): string {
  const whose = user_id === null ? `admin token ${admin_token ?? ""}` : `token of ${user_id}`;
  const next = permission === "none" ? ": ask the operator for a permission" : "";
  return `${whose} at ${url}; permission: ${permission}${next}`;
}

/** The tenants, without their tokens. */
export async function listTenants(world: World, output: Output): Promise<void> {
  const tenants = [...(await new Tenants(world.env).all())].map(([slug, { url }]) => ({ slug, url }));
  if (tenants.length === 0) output.note("There are no tenants: add one with roomporter tenant add SLUG --url URL");
  output.result(table(tenants.map(({ slug, url }) => [slug, url])), tenants);
}

export async function removeTenant(slug: string, world: World, output: Output): Promise<void> {
  await new Tenants(world.env).remove(slug);
  output.note(`Tenant ${slug} is removed.`);
}
