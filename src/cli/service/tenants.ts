import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm, stat, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { CliError, EXIT } from "../exit.ts";
import type { World } from "../world.ts";

/** One Roomporter service, and the token that it is asked with. */
export interface Tenant {
  url: string;
  token: string;
}

const SLUG = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const FILE = z.record(z.string(), z.object({ url: z.string(), token: z.string() }));

/** The profiles `{slug: {url, token}}` of the person at the keyboard, in a file that only they can read. */
export class Tenants {
  readonly file: string;

  constructor(env: World["env"]) {
    this.file = join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "roomporter", "tenants.json");
  }

  /** Every profile by its slug. @throws CliError where the file is readable by others, or broken */
  async all(): Promise<Map<string, Tenant>> {
    let mode: number;
    let text: string;
    try {
      mode = (await stat(this.file)).mode;
      if (process.platform !== "win32" && (mode & 0o077) !== 0)
        throw new CliError(EXIT.failed, `${this.file} holds tokens and others can read it: run chmod 600 ${this.file}`);
      text = await readFile(this.file, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
      throw error;
    }
    try {
      return new Map(Object.entries(FILE.parse(JSON.parse(text))));
    } catch {
      throw new CliError(EXIT.failed, `${this.file} is not valid: correct it, or remove it and add the tenants again`);
    }
  }

  /** @throws CliError where there is none of that name: it lists the known ones */
  async get(slug: string, hint = `: add it with roomporter tenant add ${slug} --url URL`): Promise<Tenant> {
    const all = await this.all();
    const found = all.get(slug);
    if (found) return found;
    const known = all.size > 0 ? `known: ${[...all.keys()].sort().join(", ")}` : "none is known yet";
    throw new CliError(EXIT.usage, `no tenant "${slug}" (${known})${hint}`);
  }

  /** @throws CliError where it cannot be the name of a profile */
  requireSlug(slug: string): void {
    if (!SLUG.test(slug))
      throw new CliError(EXIT.usage, `"${slug}" is not a valid slug: use lower-case letters, digits, dots, dashes`);
  }

  /** Gives true where it replaced a profile of that name. */
  async set(slug: string, tenant: Tenant): Promise<boolean> {
    this.requireSlug(slug);
    const all = await this.all();
    const replaced = all.has(slug);
    await this.#write(all.set(slug, tenant));
    return replaced;
  }

  async remove(slug: string): Promise<void> {
    await this.get(slug, "");
    const all = await this.all();
    all.delete(slug);
    await this.#write(all);
  }

  async #write(all: Map<string, Tenant>): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    const temporary = `${this.file}.${randomBytes(6).toString("hex")}`;
    try {
      await using file = await open(temporary, "wx", 0o600);
      await file.writeFile(JSON.stringify(Object.fromEntries(all), null, 2) + "\n");
      await file.sync();
      await rename(temporary, this.file);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}
