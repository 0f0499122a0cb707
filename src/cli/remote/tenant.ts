import { checkedUrl } from "../service/connection.ts";
import { CliError, EXIT } from "../exit.ts";
import { table, type Output } from "../output.ts";
import { readSecret } from "../secret-input.ts";
import { Tenants } from "../service/tenants.ts";
import type { World } from "../world.ts";

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
  const replaced = await tenants.set(slug, { url, token });
  output.note(`Tenant ${slug} is ${replaced ? "replaced" : "added"} in ${tenants.file}.`);
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
